import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { readCard } from './card.ts';
import { keyringOf, memorySink } from './fixtures.ts';
import { openPackage, readEnvelope } from './open.ts';
import { VECTOR_CASES } from './vector-cases.ts';

interface Case {
  readonly about: string;
  readonly me: AgencyId;
  readonly at: string;
  readonly expect: string;
  readonly courier: string;
  readonly files?: Record<string, string>;
}

const root = join(import.meta.dirname, '..', '..', 'vectors', 'sealed-package');
const cases = readdirSync(root).map((name) => {
  const read = (file: string) => readFileSync(join(root, name, file), 'utf8');
  return { name, read, ...(JSON.parse(read('case.json')) as Case) };
});

const outcome = (act: Promise<unknown>, good: string) =>
  act.then(
    () => good,
    (error: unknown) => (error instanceof IcarusError ? error.code : error),
  );

test('every case has its folder', () => {
  expect(cases.map(({ name }) => name).sort()).toEqual(VECTOR_CASES.map(({ name }) => name).sort());
});

test.each(cases)('$name: $about', async ({ name, read, me, at, ...expected }) => {
  const cardFile = join(root, name, 'sender.card.json');
  const keyring = existsSync(cardFile)
    ? keyringOf(await readCard(readFileSync(cardFile, 'utf8')))
    : keyringOf();
  const stream = () => createReadStream(join(root, name, 'package.icarus'));
  const sink = memorySink();
  const identities = [read('identity.txt').trim()];
  const opening = openPackage({ stream: stream(), keyring, identities, me, at: new Date(at), sink });
  expect(await outcome(opening, 'opens')).toBe(expected.expect);
  expect(sink.state()).toBe(expected.expect === 'opens' ? 'committed' : 'discarded');
  expect(sink.visible()).toEqual(expected.files === undefined ? undefined : latin1(expected.files));
  expect(await outcome(readEnvelope(stream(), keyring, new Date(at)), 'passes')).toBe(expected.courier);
});

const latin1 = (files: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, Buffer.from(text).toString('latin1')]),
  );
