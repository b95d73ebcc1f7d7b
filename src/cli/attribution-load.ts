/** Loading a snapshot of address data: which loader, which columns, from which day. */
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import type { LoaderName } from '#observations/attribution/loader-names.ts';
import type { SnapshotRequest } from '#observations/attribution/loaders.ts';
import type { RangeColumns } from '#observations/attribution/range-csv.ts';
import type { OperationRun } from './session.ts';
import { counted } from './words.ts';

/** Loaders as the command line names them. */
export const LOADER_WORDS = {
  rir: "a regional registry's delegated or delegated-extended file",
  pfx2as: 'a prefix-to-AS dump of RouteViews (CAIDA)',
  iptoasn: "IPtoASN's table",
  mmdb: 'a MaxMind DB file of any publisher',
  csv: 'your own table of ranges',
  'carrier-nat': 'your own table of carrier-grade NAT: a flag, no country',
  hosting: 'your own table of hosting and anonymising operators: a flag, no country',
} as const;
type LoaderWord = keyof typeof LOADER_WORDS;

const NAMES: Readonly<Record<LoaderWord, LoaderName>> = {
  rir: 'rir-delegated',
  pfx2as: 'pfx2as',
  iptoasn: 'iptoasn',
  mmdb: 'mmdb',
  csv: 'range-csv',
  'carrier-nat': 'carrier-nat',
  hosting: 'hosting',
};

export interface LoadOptions {
  readonly loader?: LoaderWord;
  readonly date?: Date;
  readonly source?: string;
  readonly column?: readonly string[];
  readonly priority?: number;
}

export async function loadFiles(
  run: OperationRun,
  files: readonly string[],
  options: LoadOptions,
): Promise<void> {
  const { node, actor, operation, out, signal } = run;
  const { loadSnapshot } = await import('#observations/attribution/snapshots.ts');
  const loader = options.loader ? NAMES[options.loader] : await recognised(files);
  if (!options.loader) out.note(`Recognised from its content: ${LOADER_WORDS[wordOf(loader)]}.`);
  const request = requestFor(loader, files, { ...options, operationId: operation.operationId });
  const result = await loadSnapshot(node.ctx, actor, { ...request, signal });
  const { source, validFrom, ranges } = result.snapshot;
  const day = validFrom.toISOString().slice(0, 10);
  const dates =
    result.dates === 1 ? '' : ` It is the last of ${result.dates} dates on which the table changes.`;
  out.result(
    { ...result, loader },
    result.alreadyLoaded
      ? 'This snapshot was loaded before. Nothing was changed.'
      : `${counted(ranges, 'range')} of ${source} are loaded, holding from ${day}.${dates}`,
  );
}

async function recognised(files: readonly string[]): Promise<LoaderName> {
  const { recogniseLoader } = await import('#observations/attribution/recognise.ts');
  const loader = await recogniseLoader(files[0] ?? '');
  if (!loader) throw wrongLoad('The content does not say which loader it is for: give --loader.');
  return loader;
}

function wordOf(loader: LoaderName): LoaderWord {
  return (Object.keys(NAMES) as LoaderWord[]).find((word) => NAMES[word] === loader) ?? 'csv';
}

type Chosen = LoadOptions & { readonly operationId: OperationId };

function requestFor(loader: LoaderName, files: readonly string[], chosen: Chosen): SnapshotRequest {
  const { operationId, date, source, priority, column = [] } = chosen;
  const said = {
    operationId,
    ...(date && { validFrom: date }),
    ...(source !== undefined && { source }),
    ...(priority !== undefined && { priority }),
  };
  switch (loader) {
    case 'rir-delegated': {
      const [path, second] = files;
      if (path === undefined || second !== undefined)
        throw wrongLoad('A registry file is a snapshot by itself: load one at a time.');
      return { loader, ...said, path };
    }
    case 'pfx2as':
    case 'iptoasn':
    case 'mmdb':
      return { loader, ...said, paths: files };
    case 'range-csv':
      return { loader, ...said, paths: files, source: ownName(source), columns: ownColumns(column) };
    case 'carrier-nat':
    case 'hosting':
      return {
        loader,
        ...said,
        paths: files,
        ...(column.length > 0 && { columns: chooseColumns(column, FLAG_FIELDS) }),
      };
  }
}

const FLAG_FIELDS = ['start', 'end', 'prefix', 'asn', 'note'] as const;
/** As they are typed, and as the loader calls them. */
const OWN_FIELDS = [
  'start',
  'end',
  'prefix',
  'country',
  'asn',
  'operator',
  'valid_from',
  'valid_to',
] as const;

function ownColumns(given: readonly string[]): RangeColumns {
  const { valid_from, valid_to, ...columns } = chooseColumns(given, OWN_FIELDS);
  return {
    ...columns,
    ...(valid_from !== undefined && { validFrom: valid_from }),
    ...(valid_to !== undefined && { validTo: valid_to }),
  };
}

function ownName(source: string | undefined): string {
  if (source === undefined) throw wrongLoad('A table of your own needs --source.');
  return source;
}

function chooseColumns<Field extends string>(
  given: readonly string[],
  fields: readonly Field[],
): Partial<Record<Field, string | number>> {
  const chosen: Partial<Record<Field, string | number>> = {};
  for (const text of given) {
    const [name = '', column = ''] = text.split('=', 2);
    const field = fields.find((known) => known === name);
    if (field === undefined || column === '')
      throw wrongLoad(`"${text}" is no column: give ${fields.join(', ')} as field=name.`);
    chosen[field] = /^\d+$/.test(column) ? Number(column) : column;
  }
  if (given.length === 0)
    throw wrongLoad('A table of your own needs --column start=… and end=…, or prefix=….');
  return chosen;
}

function wrongLoad(reason: string): IcarusError {
  return new IcarusError('cli/usage', { reason, command: 'icarus attribution load' });
}
