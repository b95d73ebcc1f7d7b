/** Every parser that reads what comes from outside, for `npm run fuzz` and the replay of the corpus. */
import { CUSTODY_TARGETS } from './custody-targets.ts';
import { DOCUMENT_TARGETS } from './document-targets.ts';
import { IMPORTER_TARGETS } from './importer-targets.ts';
import { SEAL_TARGETS } from './seal-targets.ts';
import type { FuzzTarget } from './target.ts';

export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  ...SEAL_TARGETS,
  ...CUSTODY_TARGETS,
  ...DOCUMENT_TARGETS,
  ...IMPORTER_TARGETS,
];

export function targetNamed(name: string): FuzzTarget {
  const target = FUZZ_TARGETS.find((candidate) => candidate.name === name);
  if (target === undefined)
    throw new Error(`There is no parser ${name}; there are ${FUZZ_TARGETS.map((t) => t.name).join(', ')}.`);
  return target;
}
