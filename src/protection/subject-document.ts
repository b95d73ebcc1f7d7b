/** Everything that is held on a person, as one document: what, from where, who has it, who looked at it. */
import { sql } from 'kysely';
import type { Json } from '#core/canonical-json.ts';
import type { OperationId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { duckOptions, type LakeContext, openLake } from '#observations/lake.ts';
import { lakeRows } from '#observations/lake-rows.ts';
import { importsOf } from '#observations/store.ts';
import { composedWith, receivedWith } from '#packages/erase-target.ts';
import type { NodeContext } from '#platform/context.ts';
import { countIn, sqlText } from '#platform/duckdb.ts';

export const SUBJECT_FORMAT = 'icarus-subject-data/1';

export interface SubjectDocument {
  readonly format: typeof SUBJECT_FORMAT;
  readonly operationId: OperationId;
  readonly controller: { readonly agencyId: string; readonly name: string };
  readonly made: { readonly at: string; readonly by: string; readonly reference: string };
  /** Targets and suspects that the request names. */
  readonly subjects: readonly string[];
  /** Rows of the database, by table. */
  readonly records: readonly HeldRecords[];
  readonly observations: {
    readonly total: number;
    /** The first of them. */
    readonly rows: readonly Json[];
    readonly sources: readonly {
      readonly file: string;
      readonly sha256: string;
      readonly importedAt: string;
    }[];
  };
  /** Whom it came from, and whom it went to. */
  readonly recipients: readonly {
    readonly agency: string;
    readonly message: string;
    readonly state: string;
  }[];
  readonly origins: readonly { readonly agency: string; readonly message: string }[];
  /** Letters whose words name a client id of the person. */
  readonly letters: readonly {
    readonly message: string;
    readonly from: string;
    readonly to: readonly string[];
    readonly subject: string;
  }[];
  /** Acts on it: who collected, changed, looked at, handed out. */
  readonly acts: readonly { readonly at: string; readonly kind: string; readonly actor: string }[];
  /** Who read it or took it out, how often, why, and for whom. */
  readonly consultations: readonly Json[];
}

export interface HeldRecords {
  readonly room: string;
  readonly table: string;
  readonly total: number;
  readonly rows: readonly Json[];
}

/** Rows of one table, and of the lake, that the document carries; `total` says how many there are. */
const MOST_ROWS = 10_000;

export interface DocumentRequest {
  readonly operationId: OperationId;
  readonly subjects: readonly string[];
  readonly clientIds: readonly string[];
  readonly reference: string;
  readonly by: string;
}

export async function subjectDocument(ctx: NodeContext, request: DocumentRequest): Promise<SubjectDocument> {
  const { operationId, subjects, clientIds, reference, by } = request;
  const { db, node } = ctx;
  const events = await listEvents(db, {
    operationId,
    subjects: subjects.map((id) => ({ kind: 'target', id })),
    limit: MOST_ROWS,
  });
  return {
    format: SUBJECT_FORMAT,
    operationId,
    controller: { agencyId: node.agencyId, name: node.name },
    made: { at: ctx.clock.now().toISOString(), by, reference },
    subjects,
    records: await recordsOn(ctx, request),
    observations: await observationsOf(ctx, operationId, clientIds),
    recipients: await recipientsOf(ctx, operationId, subjects),
    origins: await originsOf(ctx, operationId, subjects),
    letters: await lettersNaming(ctx, operationId, clientIds),
    consultations: await consultationsOf(ctx, operationId, subjects),
    acts: events.map(({ at, kind, actor }) => ({ at: at.toISOString(), kind, actor })),
  };
}

/** By the very list that an erasure works through: what is told is what would go. */
async function recordsOn(
  { db }: NodeContext,
  { operationId, subjects, clientIds }: DocumentRequest,
): Promise<HeldRecords[]> {
  const parts = await db
    .selectFrom('held_data')
    .selectAll()
    .where('kind', '=', 'target')
    .orderBy('position')
    .execute();
  const records: HeldRecords[] = [];
  for (const { room, name, found } of parts) {
    const where = parameters(found, [operationId, [...subjects], [...clientIds]]);
    const counted = await sql<{
      total: number;
    }>`select count(*)::int as total from ${sql.table(name)} where ${where}`.execute(db);
    const total = counted.rows[0]?.total ?? 0;
    if (total === 0) continue;
    const { rows } = await sql<{ row: Json }>`
      select to_jsonb(one) as row from (select * from ${sql.table(name)} where ${where} limit ${MOST_ROWS}) as one`.execute(
      db,
    );
    records.push({ room, table: name, total, rows: rows.map(({ row }) => row) });
  }
  return records;
}

/** The condition of held_data with its `$1`, `$2`, `$3` as parameters of this statement. */
function parameters(found: string, values: readonly [string, string[], string[]]) {
  const [operation, ids, clients] = values;
  const given = [sql`${operation}::text`, sql`${ids}::text[]`, sql`${clients}::text[]`];
  const parts = found
    .split(/\$([123])/)
    .map((part, i) => (i % 2 === 0 ? sql.raw(part) : (given[Number(part) - 1] ?? sql``)));
  return sql.join(parts, sql.raw(''));
}

async function observationsOf(
  ctx: LakeContext,
  operationId: OperationId,
  clientIds: readonly string[],
): Promise<SubjectDocument['observations']> {
  const imports = await importsOf(ctx.db, operationId);
  const rows = lakeRows(imports, { lake: ctx.paths.lake });
  if (rows === undefined || clientIds.length === 0) return { total: 0, rows: [], sources: [] };
  await using duck = await openLake(duckOptions(ctx));
  const own = `FROM (${rows}) WHERE client_id IN (${clientIds.map(sqlText).join(', ')})`;
  const [counted] = await duck.rows(`SELECT count(*) AS total ${own}`);
  const found =
    await duck.rows(`SELECT observed_at, client_id, address_text(family, address_high, address_low) AS address, port,
    software, file_hash, file_size::VARCHAR AS file_size, network, grade, case_reference ${own} ORDER BY observed_at LIMIT ${MOST_ROWS}`);
  return {
    total: countIn(counted, 'total'),
    rows: found.map((row) => JSON.parse(JSON.stringify(row)) as Json),
    sources: imports.map(({ fileName, fileSha256, importedAt }) => ({
      file: fileName,
      sha256: fileSha256,
      importedAt: importedAt.toISOString(),
    })),
  };
}

async function recipientsOf(ctx: NodeContext, operationId: OperationId, subjects: readonly string[]) {
  const sent = (await composedWith(ctx, operationId, subjects)).flatMap(({ messageId }) => messageId ?? []);
  if (sent.length === 0) return [];
  const rows = await ctx.db
    .selectFrom('delivery')
    .select(['recipient', 'message_id', 'state'])
    .where('message_id', 'in', sent)
    .orderBy('message_id')
    .execute();
  return rows.map(({ recipient, message_id, state }) => ({ agency: recipient, message: message_id, state }));
}

async function originsOf({ db }: NodeContext, operationId: OperationId, subjects: readonly string[]) {
  if (subjects.length === 0) return [];
  const messages = (await receivedWith(db, operationId, subjects)).map(({ messageId }) => messageId);
  if (messages.length === 0) return [];
  const rows = await db
    .selectFrom('inbox_message')
    .select(['id', 'sender'])
    .where('id', 'in', messages)
    .execute();
  return rows.map(({ id, sender }) => ({ agency: sender, message: id }));
}

/** Free words that name a client id; an officer reads them, and decides each by itself. */
export async function lettersNaming(
  { db }: Pick<NodeContext, 'db'>,
  operationId: OperationId,
  clientIds: readonly string[],
): Promise<SubjectDocument['letters'][number][]> {
  if (clientIds.length === 0) return [];
  const rows = await db
    .selectFrom('letter')
    .select(['message_id', 'from_agency', 'to_agencies', 'subject'])
    .where('operation_id', '=', operationId)
    .where(({ or, eb }) =>
      or(
        clientIds.map((id) =>
          eb(
            sql<number>`position(${id} in subject || ' ' || body || ' ' || coalesce(forwarded::text, ''))`,
            '>',
            0,
          ),
        ),
      ),
    )
    .execute();
  return rows.map(({ message_id, from_agency, to_agencies, subject }) => ({
    message: message_id,
    from: from_agency,
    to: to_agencies,
    subject,
  }));
}

async function consultationsOf(
  { db }: Pick<NodeContext, 'db'>,
  operationId: OperationId,
  subjects: readonly string[],
): Promise<Json[]> {
  const { rows } = await sql<{ row: Json }>`
    select jsonb_build_object('officer', c.officer_id, 'act', c.act, 'data', c.data, 'first', c.first_at,
      'last', c.last_at, 'times', c.count, 'reason', r.reason, 'recipient', r.recipient) as row
    from consultation c join consultation_reason r on r.id = c.reason_id
    where c.operation_id = ${operationId} and c.subject_id = any (${[...subjects]}::text[])
    order by c.first_at limit ${MOST_ROWS}`.execute(db);
  return rows.map(({ row }) => row);
}
