/** Writes vectors/sealed-package anew, with fresh throwaway keys: `node src/seal/write-vectors.ts`. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeCard } from './card.ts';
import { craft } from './craft.ts';
import { party } from './fixtures.ts';
import { DEFAULT_AT, type Parties, VECTOR_CASES, type VectorCase } from './vector-cases.ts';

const root = join(import.meta.dirname, '..', '..', 'vectors', 'sealed-package');
await rm(root, { recursive: true, force: true });
const parties: Parties = {
  dk: await party('dk', 'DK'),
  mt: await party('mt', 'MT'),
  fr: await party('fr', 'FR'),
};
const office = await party('dk', 'DK');
for (const vector of VECTOR_CASES) await writeCase(vector, parties);

async function writeCase(vector: VectorCase, all: Parties): Promise<void> {
  const folder = join(root, vector.name);
  await mkdir(folder, { recursive: true });
  const change = vector.craft?.(all) ?? {};
  const opener = vector.opener === undefined ? all.mt : all.fr;
  const expected = {
    about: vector.about,
    me: vector.opener === 'fr' ? 'fr' : 'mt',
    at: vector.at ?? DEFAULT_AT,
    expect: vector.expect,
    courier: vector.courier ?? (vector.expect === 'opens' ? 'passes' : vector.expect),
    ...(vector.expect === 'opens' && { files: change.files ?? {} }),
  };
  await writeFile(join(folder, 'case.json'), `${JSON.stringify(expected, null, 2)}\n`);
  await writeFile(join(folder, 'package.icarus'), await craft(all.dk, [all.mt], change));
  await writeFile(join(folder, 'identity.txt'), `${opener.identity}\n`);
  if (vector.card !== null) await writeFile(join(folder, 'sender.card.json'), await cardFile(vector, all));
}

/** Signed by a second key, so that the card itself holds whatever stands about the first one. */
async function cardFile({ card }: VectorCase, all: Parties): Promise<string> {
  const own = card?.(all.dk.card) ?? all.dk.card;
  return writeCard({ ...own, signingKeys: [...own.signingKeys, ...office.card.signingKeys] }, office.signer);
}
