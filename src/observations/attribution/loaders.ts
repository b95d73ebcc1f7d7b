/** The formats of address data that can be loaded, and what each file says of itself. */
import type { OperationId } from '#core/ids.ts';
import type { DuckDb } from '#platform/duckdb.ts';
import { type FlagColumns, loadFlagTable } from './flag-table.ts';
import { loadIptoasn } from './iptoasn.ts';
import type { Flag, LoaderName } from './loader-names.ts';
import { loadMmdb } from './mmdb.ts';
import { dayInName, loadPfx2as } from './pfx2as.ts';
import { loadRangeCsv, type RangeColumns } from './range-csv.ts';
import { RANGE_TABLES } from './range-table.ts';
import { loadRirDelegated } from './rir-delegated.ts';
import { type PlainFile, refuseSnapshot } from './source-file.ts';

interface SnapshotRequestBase {
  /** The officer's right comes from the operation that he loads the data for; the data serves the whole node. */
  readonly operationId: OperationId;
  readonly signal?: AbortSignal;
  /** Name of the source, as explanations print it. Default: what the file says, or the loader's name. */
  readonly source?: string;
  /** First instant at which the ranges hold, to the second. Default: what the file says; needed where it does not. */
  readonly validFrom?: Date;
  /** Sources are asked in ascending order. Default: registries 10, mmdb 50, iptoasn 60, pfx2as 70, others 100. */
  readonly priority?: number;
}

/** A registry's file counts its own records: it is a snapshot by itself. */
export interface RirRequest extends SnapshotRequestBase {
  readonly loader: 'rir-delegated';
  /** Plain, gzip or Zstandard. */
  readonly path: string;
}

interface SeveralFiles extends SnapshotRequestBase {
  /** Files that together are one snapshot, such as one a family; plain, gzip or Zstandard. */
  readonly paths: readonly string[];
}

export interface PublishedFileRequest extends SeveralFiles {
  readonly loader: 'pfx2as' | 'iptoasn' | 'mmdb';
}

export interface RangeCsvRequest extends SeveralFiles {
  readonly loader: 'range-csv';
  readonly columns: RangeColumns;
}

export interface FlagTableRequest extends SeveralFiles {
  readonly loader: Flag;
  /** Default: columns named prefix, or start and end, or asn; and note. */
  readonly columns?: FlagColumns;
}

export type SnapshotRequest = RirRequest | PublishedFileRequest | RangeCsvRequest | FlagTableRequest;

export function pathsOf(request: SnapshotRequest): readonly string[] {
  return request.loader === 'rir-delegated' ? [request.path] : request.paths;
}

export interface LoadedSource {
  readonly source: string;
  readonly priority: number;
  /** Undefined where each line says from when it holds. */
  readonly validFrom: Date | undefined;
}

const PRIORITIES: Readonly<Record<LoaderName, number>> = {
  'rir-delegated': 10,
  mmdb: 50,
  iptoasn: 60,
  pfx2as: 70,
  'range-csv': 100,
  'carrier-nat': 100,
  hosting: 100,
};

interface Said {
  readonly source: string;
  readonly validFrom?: Date | undefined;
}

/** Fills the tables of RANGE_TABLES. @throws `observations/snapshot-invalid`, `cli/usage` where nothing says the date */
export async function fillRanges(
  duck: DuckDb,
  request: SnapshotRequest,
  { files, folder }: { readonly files: readonly PlainFile[]; readonly folder: string },
): Promise<LoadedSource> {
  await duck.run(RANGE_TABLES);
  const said: Said[] = [];
  for (const [index, file] of files.entries())
    said.push(await fillFrom(duck, request, { file, index, folder }));
  const validFrom = request.validFrom ?? said[0]?.validFrom;
  const [undated] = isDated(request) ? [] : files;
  if (validFrom === undefined && undated)
    throw refuseSnapshot(
      undated.given,
      'nothing in it says from which day it holds, and no date was given with it',
    );
  return {
    source: request.source ?? said[0]?.source ?? request.loader,
    priority: request.priority ?? PRIORITIES[request.loader],
    validFrom: validFrom && new Date(Math.floor(validFrom.getTime() / 1000) * 1000),
  };
}

function isDated(request: SnapshotRequest): boolean {
  return (
    request.loader === 'range-csv' &&
    (request.columns.validFrom !== undefined || request.columns.validTo !== undefined)
  );
}

interface OneFile {
  readonly file: PlainFile;
  readonly index: number;
  readonly folder: string;
}

async function fillFrom(duck: DuckDb, request: SnapshotRequest, one: OneFile): Promise<Said> {
  const { file, index, folder } = one;
  switch (request.loader) {
    case 'rir-delegated': {
      const { registry, endDate } = await loadRirDelegated(duck, file);
      return { source: `rir:${registry}`, validFrom: endDate };
    }
    case 'mmdb': {
      const { databaseType, builtAt } = await loadMmdb(duck, file, { folder, index, signal: request.signal });
      return { source: `mmdb:${databaseType}`, validFrom: builtAt };
    }
    case 'pfx2as':
      await loadPfx2as(duck, file, index);
      return { source: 'pfx2as', validFrom: dayInName(file.given) };
    case 'iptoasn':
      await loadIptoasn(duck, file, index);
      return { source: 'iptoasn' };
    case 'range-csv':
      await loadRangeCsv(duck, file, { columns: request.columns, index });
      return { source: 'own table' };
    case 'carrier-nat':
    case 'hosting':
      await loadFlagTable(duck, file, { columns: request.columns, index });
      return { source: request.loader };
  }
}
