/** Writes docs/access-matrix.md: `npm run docs:access`. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessMatrixPage } from '#access/matrix-page.ts';

await writeFile(join(import.meta.dirname, '../docs/access-matrix.md'), accessMatrixPage());
