/** Writes docs/limits.md from docs/limits.tsv and the code: `npm run docs:limits`. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { limitsPage, readLimits } from '#proofs/limits/page.ts';

const docs = join(import.meta.dirname, '../docs');
await writeFile(
  join(docs, 'limits.md'),
  limitsPage(readLimits(await readFile(join(docs, 'limits.tsv'), 'utf8'))),
);
