/**
 * Mapping profiles to begin from, written from the published lists of what kinds of tools log, each with
 * a synthetic log beside it. A tool's own export differs: look at the preview, then save a profile of its own.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ImportProfile, readProfile } from './profile.ts';

const FOLDER = join(import.meta.dirname, 'examples');

/** What kind of tool each is of, and the file of its synthetic log. */
export const PROFILE_EXAMPLES = {
  gnutella: { words: 'a Gnutella client’s export: CSV, local times, URNs in base 32', log: 'gnutella.csv' },
  emule: { words: 'an eMule-type log: tab-separated, Unix times, ed2k hashes', log: 'emule.tsv' },
  bittorrent: { words: 'a BitTorrent observer’s log: NDJSON with nested objects', log: 'bittorrent.ndjson' },
} as const;
export type ExampleName = keyof typeof PROFILE_EXAMPLES;
export const EXAMPLE_NAMES = Object.keys(PROFILE_EXAMPLES) as ExampleName[];

export function isExampleName(name: string): name is ExampleName {
  return Object.hasOwn(PROFILE_EXAMPLES, name);
}

export async function exampleProfile(name: ExampleName): Promise<ImportProfile> {
  return readProfile(JSON.parse(await readFile(join(FOLDER, `${name}.json`), 'utf8')));
}

/** Where the synthetic log of the example lies. */
export function exampleLog(name: ExampleName): string {
  return join(FOLDER, PROFILE_EXAMPLES[name].log);
}
