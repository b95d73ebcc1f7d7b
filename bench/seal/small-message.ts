/** What one small message costs a node's thread: a receipt or an answer of some hundred bytes, for two agencies. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { stagingFile, stagingFolder } from '#platform/staging-folder.ts';
import { recipientsOf } from '#seal/card.ts';
import { entriesOf, fieldsOf, keyringOf, memoryOutput, memorySink, RECEIVED_AT } from '#seal/fixtures.ts';
import { openPackage, readEnvelope } from '#seal/open.ts';
import { sealPackage } from '#seal/seal.ts';
import type { ByteSink } from '#seal/sink.ts';
import type { Figure } from '../figure.ts';
import type { Scene } from '../seal.ts';

const WARM_UP = 50;

export async function smallMessageFigures(
  { scratch, log, dk, mt, eu }: Scene,
  count: number,
): Promise<Figure[]> {
  log(`${count} small messages`);
  const keyring = keyringOf(dk.card, mt.card, eu.card);
  const entries = entriesOf({ 'message.json': JSON.stringify({ text: 'synthetic '.repeat(60) }) });
  const seal = (output: ByteSink) =>
    sealPackage({
      envelope: fieldsOf(dk, [mt, eu]),
      entries,
      recipients: recipientsOf([mt.card, eu.card]),
      signer: dk.signer,
      output,
    });
  const check = (stream: AsyncIterable<Uint8Array>) => readEnvelope(stream, keyring, RECEIVED_AT);
  const opening = { keyring, identities: [mt.identity], me: mt.card.agencyId, at: RECEIVED_AT };
  const whole = memoryOutput();
  await seal(whole);
  const bytes = whole.bytes();
  const place = (name: string) => join(scratch, name);
  const acts: Record<string, (name: string) => Promise<unknown>> = {
    'seal, in memory': () => seal(memoryOutput()),
    'check, in memory': () => check(only(bytes)),
    'open, in memory': () => openPackage({ ...opening, stream: only(bytes), sink: memorySink() }),
    'seal, to the disk': async (name) => {
      const file = await stagingFile(place(`sealed ${name}`));
      await seal(file);
      await file.commit();
    },
    'open, from disk to disk': async (name) => {
      const stream = createReadStream(place(`sealed ${name}`));
      await openPackage({ ...opening, stream, sink: await stagingFolder(place(`opened ${name}`)) });
    },
  };
  const figures: Figure[] = [];
  for (const [name, act] of Object.entries(acts)) {
    figures.push(...(await timed(`small message (${bytes.length} bytes): ${name}`, count, act)));
  }
  return figures;
}

async function timed(
  name: string,
  count: number,
  act: (name: string) => Promise<unknown>,
): Promise<Figure[]> {
  for (let i = 0; i < WARM_UP; i++) await act(`warm ${i}`);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  for (let i = 0; i < count; i++) await act(`${i}`);
  const milliseconds = (performance.now() - startedAt) / count;
  const { user, system } = process.cpuUsage(before);
  return [
    { name, value: milliseconds, unit: 'ms' },
    { name: `${name}, processor time`, value: (user + system) / 1000 / count, unit: 'ms' },
  ];
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}
