/** A node with the records of several operations, and officers who are signed in, for the benchmark of readings. */
import { type Kysely, sql } from 'kysely';
import { insertReason } from '#access/consultation/reason.ts';
import { beginSession } from '#access/sign-in/sessions.ts';
import { insertGrant, insertOfficer } from '#access/store.ts';
import { type AgencyId, newId, type OfficerId, type OperationId } from '#core/ids.ts';
import { insertOperation } from '#operations/store.ts';
import { openDatabase } from '#platform/database.ts';
import type { Db, Tables } from '#platform/tables.ts';

export const NOW = new Date('2011-09-21T10:00:00Z');

export interface Officer {
  readonly officerId: OfficerId;
  readonly operations: readonly OperationId[];
  readonly cookie: string;
}

/** What each operation has. */
export interface Amounts {
  readonly operations: number;
  readonly messages: number;
  readonly events: number;
  readonly hits: number;
  /** Of the agency: of no operation. */
  readonly holdings: number;
}

/** As the owner of the database: the records have no acts behind them. */
export async function fill(ownerUrl: string, amounts: Amounts): Promise<OperationId[]> {
  const db = openDatabase({ url: ownerUrl, role: 'owner', poolSize: 1 });
  try {
    await sql`set session_replication_role = replica`.execute(db);
    const operations: OperationId[] = [];
    await holdings(db, amounts.holdings);
    for (let n = 0; n < amounts.operations; n++) operations.push(await operation(db, n, amounts));
    await sql`analyze`.execute(db);
    return operations;
  } finally {
    await db.destroy();
  }
}

async function holdings(db: Kysely<Tables>, count: number): Promise<void> {
  await sql`insert into holdings_import
    values ('holdings_bench', 'held.csv', repeat('0', 64), 1, 'mapping', 'Register', 'A', '1', '{}', '', 'suspect', ${count}, 0,
      ${count}, ${count}, 0, 0, ${NOW}, 'officer_1')`.execute(db);
  await sql`insert into holding (import_id, reference, line)
    select 'holdings_bench', 'P-' || n, n from generate_series(1, ${count}) as n`.execute(db);
  await sql`insert into holding_selector (holding_id, type, value)
    select id, 'e-mail', 'person-' || line || '@example.org' from holding`.execute(db);
}

async function operation(db: Kysely<Tables>, n: number, amounts: Amounts): Promise<OperationId> {
  const operationId = newId<OperationId>('operation', NOW);
  const of = `${n}-`;
  // Operations run beside each other: their rows lie mixed.
  const among = sql`m::bigint * ${amounts.operations}::bigint + ${n}::bigint`;
  await insertOperation(
    db,
    {
      operationId,
      codeName: `BENCH ${n}`,
      lead: 'mt' as AgencyId,
      coordinator: 'europol' as AgencyId,
      participants: [{ agencyId: 'mt' as AgencyId, country: 'MT' }],
      startedAt: NOW,
      endedAt: null,
      handling: { codes: [], text: '' },
      disseminationHours: 24,
      exercise: true,
    },
    NOW,
  );
  await sql`insert into outbox_message (id, kind, operation_id, recipients, file, size_bytes, sha256, content_digest,
      created_at, posted_at, posted_by)
    select 'message_' || lpad((${among})::text, 10, '0'), 'letter', ${operationId}, '{europol}', 'm', 1000, repeat('0', 64),
      repeat('0', 128), ${NOW}, ${NOW}, 'officer_1' from generate_series(1, ${amounts.messages}) as m`.execute(
    db,
  );
  await sql`insert into delivery (message_id, recipient, role, next_hop, state, queued_at, sent_at)
    select id, 'europol', 'sender', 'europol', 'sent', ${NOW}, ${NOW} from outbox_message
    where operation_id = ${operationId}`.execute(db);
  await sql`insert into letter (message_id, kind, direction, operation_id, thread_id, from_agency, to_agencies, subject, body,
      handling_codes, handling_text, nothing_known, written_by, written_at, recorded_at)
    select id, 'message', 'sent', operation_id, id, 'mt', recipients, 'About a target', 'Words', '{H1}', '', false, 'Officer',
      ${NOW}, ${NOW} from outbox_message where operation_id = ${operationId}`.execute(db);
  await sql`insert into custody_event (sequence, at, kind, actor, operation_id, subject_kind, subject_id, event, salt)
    overriding system value
    select 1000 + ${among}, ${NOW}, 'message.posted', 'officer_1', ${operationId}, 'message', 'message_' || ${of} || m,
      '{"facts":{"kind":"letter"}}', decode(repeat('00', 16), 'hex')
    from generate_series(1, ${amounts.events}) as m`.execute(db);
  await sql`insert into exhibit (id, operation_id, reference, kind, description, seized_at, seized_where, seized_by,
      registered_at, registered_by)
    select 'exhibit_' || ${of} || m, ${operationId}, 'E-' || m, 'phone', 'A phone', ${NOW}, 'Here', 'Officer', ${NOW},
      'officer_1' from generate_series(1, 50) as m`.execute(db);
  await hits(db, operationId, { of, count: amounts.hits, holdings: amounts.holdings });
  return operationId;
}

async function hits(
  db: Kysely<Tables>,
  operationId: OperationId,
  { of, count, holdings: held }: { of: string; count: number; holdings: number },
): Promise<void> {
  await sql`insert into subject (id, operation_id, kind, agency_id, country, reference, category, evaluation_source,
      evaluation_information, handling_codes, handling_text, source_id, stated_at, recorded_at)
    select 'subject_' || ${of} || m, ${operationId}, 'suspect', 'se', 'SE', 'SE-' || m, 'suspect', 'A', '1', array['H0'], '',
      'message_1', ${NOW}, ${NOW} from generate_series(1, ${count}) as m`.execute(db);
  await sql`insert into hit (id, operation_id, subject_id, holding_id, found_at)
    select 'hit_' || ${of} || lpad(m::text, 8, '0'), ${operationId}, 'subject_' || ${of} || m, h.id, ${NOW}
    from generate_series(1, ${count}) as m
    join holding h on h.line = (m::bigint * 7919 + ${Number(of.slice(0, -1))}::bigint * 104729) % ${held} + 1`.execute(
    db,
  );
  await sql`insert into hit_selector (hit_id, type, value, found_at)
    select hit.id, s.type, s.value, ${NOW} from hit join holding_selector s using (holding_id)
    where operation_id = ${operationId}`.execute(db);
}

/** Officers who are signed in, each with two roles on two of the operations, and a reason said for both. */
export async function signIn(db: Db, operations: readonly OperationId[], count: number): Promise<Officer[]> {
  return db.transaction().execute(async (tx) => {
    const officers: Officer[] = [];
    for (let n = 0; n < count; n++) {
      const officerId = `officer_${n}` as OfficerId;
      const own = [
        operations[n % operations.length],
        operations[(n + 1) % operations.length],
      ] as OperationId[];
      await insertOfficer(tx, { id: officerId, name: `Officer ${n}`, at: NOW });
      const desk = { officerId, by: { way: 'desk' }, device: 'bench', hours: 12 } as const;
      const { token, sessionId } = await beginSession(tx, desk);
      for (const operationId of own) {
        for (const role of ['coordinator', 'auditor'] as const)
          await insertGrant(tx, { officerId, role, operationId, at: NOW });
        await insertReason(tx, officerId, { sessionId, operationId, reason: 'Measuring readings' }, NOW);
      }
      officers.push({ officerId, operations: own, cookie: `icarus_mt=${token}` });
    }
    return officers;
  });
}
