/**
 * Writes the cases of vectors/sealed-package that are not there yet, with fresh throwaway keys, and takes away
 * those that exist no more: `node src/seal/write-vectors.ts`. To write one anew, remove its folder first.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateHybridIdentity } from 'age-encryption';
import { recipientOf } from './age-keys.ts';
import { writeCard } from './card.ts';
import { craft } from './craft.ts';
import { type Party, party, signingWith } from './fixtures.ts';
import { DEFAULT_AT, type Parties, VECTOR_CASES, type VectorCase } from './vector-cases.ts';

const root = join(import.meta.dirname, '..', '..', 'vectors', 'sealed-package');
const names = VECTOR_CASES.map(({ name }) => name);
for (const name of await readdir(root))
  if (!names.includes(name)) await rm(join(root, name), { recursive: true });
const mt = await party('mt', 'MT');
const parties: Parties = {
  dk: await party('dk', 'DK'),
  mt,
  fr: await party('fr', 'FR'),
  mtPostQuantum: await withPostQuantumKey(mt),
};
const office = await party('dk', 'DK');
for (const vector of VECTOR_CASES) if (!existsSync(join(root, vector.name))) await writeCase(vector, parties);

async function withPostQuantumKey(of: Party): Promise<Party> {
  const identity = await generateHybridIdentity();
  return { ...of, identity, card: { ...of.card, ageRecipients: [await recipientOf(identity)] } };
}

function openerOf({ opener }: VectorCase, all: Parties): Party {
  if (opener === undefined) return all.mt;
  return opener === 'mt with a post-quantum key' ? all.mtPostQuantum : all.fr;
}

async function writeCase(vector: VectorCase, all: Parties): Promise<void> {
  const folder = join(root, vector.name);
  await mkdir(folder, { recursive: true });
  const change = vector.craft?.(all) ?? {};
  const opener = openerOf(vector, all);
  const sender = vector.signer === undefined ? all.dk : signingWith(all.dk, vector.signer);
  const expected = {
    about: vector.about,
    me: vector.opener === 'fr' ? 'fr' : 'mt',
    at: vector.at ?? DEFAULT_AT,
    expect: vector.expect,
    courier: vector.courier ?? (vector.expect === 'opens' ? 'passes' : vector.expect),
    ...(vector.expect === 'opens' && { files: change.files ?? {} }),
  };
  await writeFile(join(folder, 'case.json'), `${JSON.stringify(expected, null, 2)}\n`);
  const file = await craft(sender, vector.to?.(all) ?? [all.mt], change);
  await writeFile(join(folder, 'package.icarus'), file);
  await writeFile(join(folder, 'identity.txt'), `${opener.identity}\n`);
  if (vector.card !== null) await writeFile(join(folder, 'sender.card.json'), await cardFile(vector, sender));
}

/** Signed by a second key, so that the card itself holds whatever stands about the first one. */
async function cardFile({ card }: VectorCase, sender: Party): Promise<string> {
  const own = card?.(sender.card) ?? sender.card;
  return writeCard({ ...own, signingKeys: [...own.signingKeys, ...office.card.signingKeys] }, office.signer);
}
