/** Address data of every publisher whose files can be loaded, by the loaders themselves. */
import { join } from 'node:path';
import { fillRanges, pathsOf, type SnapshotRequest } from '#observations/attribution/loaders.ts';
import { checkRanges } from '#observations/attribution/range-table.ts';
import { recogniseLoader } from '#observations/attribution/recognise.ts';
import { datesOf, writeSnapshot } from '#observations/attribution/snapshots.ts';
import { plainFile } from '#observations/attribution/source-file.ts';
import { OPERATION } from '#observations/fixtures.ts';
import { openLake } from '#observations/lake.ts';
import { emptyFolder, fileOf } from './passing-folder.ts';
import type { Accepted, FuzzTarget, Shape } from './target.ts';

const said = { operationId: OPERATION, validFrom: new Date('2011-09-01T00:00:00Z') };
const MOST_DATES_TRIED = 8;

export const ADDRESS_TARGETS: readonly FuzzTarget[] = [
  snapshot('snapshot-rir', 'packed', (path) => ({ loader: 'rir-delegated', path, operationId: OPERATION })),
  snapshot('snapshot-pfx2as', 'packed', (path) => ({ ...said, loader: 'pfx2as', paths: [path] })),
  snapshot('snapshot-iptoasn', 'packed', (path) => ({ ...said, loader: 'iptoasn', paths: [path] })),
  snapshot('snapshot-mmdb', 'wire', (path) => ({ ...said, loader: 'mmdb', paths: [path] })),
  snapshot('snapshot-csv', 'packed', (path) => ({
    operationId: OPERATION,
    loader: 'range-csv',
    paths: [path],
    columns: {
      start: 'start',
      end: 'end',
      country: 'country',
      asn: 'asn',
      operator: 'operator',
      validFrom: 'from',
      validTo: 'to',
    },
  })),
  snapshot('snapshot-flags', 'packed', (path) => ({ ...said, loader: 'carrier-nat', paths: [path] })),
];

function snapshot(name: string, shape: Shape, request: (path: string) => SnapshotRequest): FuzzTarget {
  return { name, shape, group: 'importers', read: (input) => load(request(fileOf('addresses', input))) };
}

async function load(request: SnapshotRequest): Promise<Accepted> {
  const [path = ''] = pathsOf(request);
  await recogniseLoader(path);
  const folder = emptyFolder('snapshot');
  const files = [await plainFile(path, folder)];
  await using duck = await openLake({ temporaryFolder: folder, threads: 1, memoryLimitBytes: 2 ** 27 });
  const source = await fillRanges(duck, request, { files, folder });
  await checkRanges(duck, files);
  for (const validFrom of (await datesOf(duck, files, source)).slice(0, MOST_DATES_TRIED))
    await writeSnapshot(duck, folder, { request, validFrom });
  await disjoint(duck, join(folder, 'ranges.parquet'));
  return {};
}

/** What was written answers for each address at most once. */
async function disjoint(duck: Awaited<ReturnType<typeof openLake>>, file: string): Promise<void> {
  const [row] = await duck.rows(`SELECT count(*) AS n FROM (SELECT (start_high, start_low) AS first,
      lag((end_high, end_low)) OVER (PARTITION BY family ORDER BY start_high, start_low) AS before FROM read_parquet('${file}'))
    WHERE first <= before`);
  if (Number(row?.['n'] ?? 0) > 0) throw new Error('ranges overlap that were made not to');
}
