/** Observations by day, counted from the package's own Parquet file, so that chart and data are one. */
import type { NodeContext } from '#platform/context.ts';
import { countIn, openDuckDb, sqlList, sqlText, textIn } from '#platform/duckdb.ts';
import type { ActivityOf } from './gather.ts';
import type { TargetDocument } from './types.ts';

export interface ActivityReader extends AsyncDisposable {
  readonly of: ActivityOf;
}

type ActivityContext = Pick<NodeContext, 'paths' | 'queryMemoryBytes'>;

export async function activityReader(
  ctx: ActivityContext,
  parquetPath: string,
  signal?: AbortSignal,
): Promise<ActivityReader> {
  const duck = await openDuckDb({
    temporaryFolder: ctx.paths.temporary,
    ...(ctx.queryMemoryBytes === undefined ? {} : { memoryLimitBytes: ctx.queryMemoryBytes }),
    signal,
  });
  return {
    async of(clientIds) {
      const days = new Map<string, TargetDocument['activity']>();
      const rows = duck.stream(`
        SELECT client_id, observed_at::DATE::VARCHAR AS day, count(*) AS observations
        FROM read_parquet(${sqlText(parquetPath)})
        WHERE client_id IN (SELECT unnest(${sqlList(clientIds)}))
        GROUP BY ALL ORDER BY client_id, day`);
      for await (const batch of rows) {
        for (const row of batch) {
          const clientId = textIn(row, 'client_id') ?? '';
          const activity = days.get(clientId) ?? [];
          activity.push({ day: textIn(row, 'day') ?? '', observations: countIn(row, 'observations') });
          days.set(clientId, activity);
        }
      }
      return days;
    },
    [Symbol.asyncDispose]: () => duck[Symbol.asyncDispose](),
  };
}
