/** Where a build of targets lies in the lake, and what its files hold. */
import { join } from 'node:path';
import { lakeFolder } from '#observations/lake.ts';

export interface BuildFiles {
  readonly folder: string;
  /** Glob: one row a client id, with its facts. */
  readonly facts: string;
  /** Glob: one row a client id, address and port, with what the sources say of the address. */
  readonly places: string;
  /** Glob: one row a file, with how many client ids of a group supply it. */
  readonly supply: string;
}

export function buildFiles(folder: string): BuildFiles {
  return {
    folder,
    facts: join(folder, 'facts', '*.parquet'),
    places: join(folder, 'places', '*.parquet'),
    supply: join(folder, 'supply', '*.parquet'),
  };
}

export function buildFolder(lake: string, buildId: string): string {
  return lakeFolder(lake, 'builds', buildId);
}

/** One group's file below `facts`, `places`, `supply`. */
export function groupFile(folder: string, kind: 'facts' | 'places' | 'supply', group: number): string {
  return join(folder, kind, `group-${group}.parquet`);
}

/** The target list, in the order of its ranking; further rankings of a build stand beside each other. */
export function rankingFile(folder: string, ranking: string): string {
  return join(folder, `${ranking}.parquet`);
}

export const BUILD_PARQUET =
  'FORMAT parquet, COMPRESSION uncompressed, WRITE_BLOOM_FILTER false, DICTIONARY_SIZE_LIMIT 1000';
