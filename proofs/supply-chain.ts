/** Reviews what `npm ci` would install and writes what it is to dist/sbom.cdx.json: `npm run supply-chain`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { complaintsAbout, type LockFile } from './supply-chain/lock-review.ts';

const PROJECT = join(import.meta.dirname, '..');
const BOM_ARGUMENTS = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'];
/** The bill of all builds for all platforms is some megabytes. */
const MOST_BYTES = 64_000_000;

const lock = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')) as LockFile;
const complaints = complaintsAbout(lock);
for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
const bill = execFileSync('npm', BOM_ARGUMENTS, { cwd: PROJECT, maxBuffer: MOST_BYTES });
mkdirSync(join(PROJECT, 'dist'), { recursive: true });
writeFileSync(join(PROJECT, 'dist/sbom.cdx.json'), bill);
const { components } = JSON.parse(bill.toString()) as { components: readonly unknown[] };
process.stdout.write(
  `${components.length} components in dist/sbom.cdx.json, ${complaints.length} complaints\n`,
);
if (complaints.length > 0) process.exitCode = 1;
