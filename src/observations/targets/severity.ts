/**
 * The agency's own list of file hashes with their severity codes. Codes are opaque here. The list that
 * was loaded last is in force; targets take it up when they are built.
 */
import { basename, join } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { type Id, newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { digestFile, readLogHead, requireUnpackable } from '#observations/import/inspect-log.ts';
import { duckOptions, type LakeContext, lakeDraft, lakeFolder, openLake } from '#observations/lake.ts';
import { currentSeverityList, insertSeverityList, type SeverityList } from '#observations/store.ts';
import { SEVERITY_CODES } from '#observations/types.ts';
import { inTransaction } from '#platform/context.ts';
import { countIn, sqlText } from '#platform/duckdb.ts';

export interface SeverityListRequest {
  readonly operationId: OperationId;
  /** CSV, plain or gzip, with the columns `hash` and `code`. */
  readonly path: string;
  readonly signal?: AbortSignal;
}

/** The hashes and codes of a list. */
export function severityFile(lake: string, listId: string): string {
  return join(lakeFolder(lake, 'severity', listId), 'codes.parquet');
}

/**
 * Loads a list; one that equals the list in force changes nothing.
 * @throws `access/denied`, `observations/severity-list-invalid`, `observations/unpacks-too-far`, `disk/full`
 */
export async function loadSeverityList(
  ctx: LakeContext,
  actor: Actor,
  request: SeverityListRequest,
): Promise<SeverityList> {
  authorize(actor, 'observations.import', { operationId: request.operationId });
  const { path } = request;
  const head = await readLogHead(path, ',');
  if (head.gzip) await requireUnpackable(path, { limits: ctx.unpacking, signal: request.signal });
  const sha256 = await digestFile(path, request.signal);
  const current = await currentSeverityList(ctx.db);
  if (current?.fileSha256 === sha256) return current;
  await using draft = await lakeDraft(ctx.paths.lake, 'severity');
  const entries = await writeCodes(ctx, request, { ...head, target: join(draft.folder, 'codes.parquet') });
  const now = ctx.clock.now();
  const list: SeverityList = {
    listId: newId<Id<'severity'>>('severity', now),
    name: basename(path),
    entries,
    fileSha256: sha256,
    loadedAt: now,
    loadedBy: actorName(actor),
  };
  await inTransaction(ctx, async (tx) => {
    await insertSeverityList(tx, list);
    await draft.commit(tx, list.listId);
    await recordEvent(tx, {
      at: now,
      kind: 'observations.severity-list-loaded',
      actor: list.loadedBy,
      operationId: request.operationId,
      subject: { kind: 'severity-list', id: list.listId },
      facts: { entries, fileSha256: sha256 },
    });
  });
  return list;
}

interface CodesFile {
  readonly gzip: boolean;
  readonly columns: readonly string[];
  readonly target: string;
}

/** Writes the hashes and codes of a list. @returns how many @throws `observations/severity-list-invalid`, `disk/full` */
export async function writeCodes(
  ctx: Pick<LakeContext, 'paths' | 'queryMemoryBytes'>,
  request: Pick<SeverityListRequest, 'path' | 'signal'>,
  file: CodesFile,
): Promise<number> {
  const { path } = request;
  const refuse = (reason: string, cause?: unknown) =>
    new IcarusError('observations/severity-list-invalid', { path, reason }, { cause });
  const [hash, code] = ['hash', 'code'].map((name) => file.columns.indexOf(name));
  if (hash === undefined || code === undefined || hash < 0 || code < 0)
    throw refuse('it needs the columns hash and code');
  const types = file.columns.map((_, index) => `c${index}: 'VARCHAR'`).join(', ');
  await using duck = await openLake(duckOptions(ctx, request.signal));
  await duck
    .run(`CREATE TEMP TABLE coded AS SELECT row_number() OVER () + 1 AS line, lower(trim(c${hash})) AS file_hash, upper(trim(c${code})) AS code
      FROM read_csv(${sqlText(path)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
        compression = '${file.gzip ? 'gzip' : 'none'}', columns = {${types}})`)
    .catch((cause: unknown) => {
      throw cause instanceof IcarusError ? cause : refuse('a line cannot be cut into its columns', cause);
    });
  const codes = SEVERITY_CODES.map(sqlText).join(', ');
  const [bad] = await duck.rows(`SELECT line FROM coded
    WHERE coalesce(NOT regexp_full_match(file_hash, '([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})') OR code NOT IN (${codes}), true)
    ORDER BY line LIMIT 1`);
  if (bad)
    throw refuse(
      `line ${countIn(bad, 'line')} is not a hash in hexadecimal with one of the codes ${SEVERITY_CODES.join(', ')}`,
    );
  const [twice] = await duck.rows(
    'SELECT max(line) AS line FROM coded GROUP BY file_hash HAVING count(DISTINCT code) > 1 LIMIT 1',
  );
  if (twice) throw refuse(`line ${countIn(twice, 'line')} gives a hash another code than a line before`);
  return await duck.run(
    `COPY (SELECT DISTINCT file_hash, code FROM coded ORDER BY file_hash) TO ${sqlText(file.target)} (FORMAT parquet)`,
  );
}
