/**
 * Writes the first inputs of every parser's corpus: `node proofs/write-corpus.ts`. What is there stays;
 * the keys are made once and kept, because signatures and ciphertexts of the corpus are theirs.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgencyId } from '#core/ids.ts';
import { generateLogKey } from '#custody/log-key.ts';
import { generateAgeIdentity } from '#seal/age-keys.ts';
import { generateSigningKey } from '#seal/keys.ts';
import type { Seeds } from './fuzz/seal-seeds.ts';

const corpus = join(import.meta.dirname, 'corpus');
const keys = join(corpus, 'keys');
mkdirSync(keys, { recursive: true });
if (!existsSync(join(keys, 'signing-key'))) {
  writeFileSync(join(keys, 'signing-key'), generateSigningKey('corpus').privateKey);
  writeFileSync(join(keys, 'identity.txt'), `${(await generateAgeIdentity()).identity}\n`);
}
const logKey = join(keys, 'log-key');
if (!existsSync(logKey)) writeFileSync(logKey, generateLogKey('dk' as AgencyId));
const { custodySeeds } = await import('./fuzz/custody-seeds.ts');
const { documentSeeds } = await import('./fuzz/document-seeds.ts');
const { importerSeeds } = await import('./fuzz/importer-seeds.ts');
const { sealSeeds } = await import('./fuzz/seal-seeds.ts');
const all = {
  ...(await sealSeeds()),
  ...custodySeeds(),
  ...documentSeeds(),
  ...(await importerSeeds()),
} satisfies Seeds;
for (const [parser, seeds] of Object.entries(all)) {
  mkdirSync(join(corpus, parser), { recursive: true });
  for (const [name, content] of Object.entries(seeds)) {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    const path = join(corpus, parser, name);
    if (!existsSync(path)) writeFileSync(path, bytes);
  }
}
