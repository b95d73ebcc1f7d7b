/** Writes docs/asvs.md from docs/asvs.tsv: `npm run docs:asvs`. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asvsPage, readAnswers } from '#proofs/asvs/page.ts';

const docs = join(import.meta.dirname, '../docs');
await writeFile(join(docs, 'asvs.md'), asvsPage(readAnswers(await readFile(join(docs, 'asvs.tsv'), 'utf8'))));
