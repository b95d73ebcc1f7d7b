/**
 * Writing to the custody log. An event is recorded in the transaction of the act itself: if the act
 * is rolled back, so is its event; if it is committed, the event is there. Nobody can change it after.
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { canonicalJson, type Json } from '#core/canonical-json.ts';
import type { OperationId } from '#core/ids.ts';
import { callOf } from '#platform/acting-call.ts';
import { insertRows } from '#platform/insert-rows.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { EventKind } from './event-kinds.ts';
import { leafHash } from './leaf.ts';
import type {} from './tables.ts';

export interface CustodyEvent {
  /** When the act happened, by the node's clock. */
  readonly at: Date;
  /** What was done, from the one list of kinds: `package.approved`, `observations.imported`. */
  readonly kind: EventKind;
  /** Officer id, or `system:` and the process that acted. */
  readonly actor: string;
  readonly operationId?: OperationId;
  /** What the act was done to. */
  readonly subject: { readonly kind: string; readonly id: string };
  /** Digests, counts, ids, reasons: what proves the act. No content. */
  readonly facts?: { readonly [key: string]: Json | undefined };
}

/** An event as it stands in the log. */
export interface RecordedEvent {
  readonly sequence: number;
  readonly at: Date;
  readonly kind: string;
  readonly actor: string;
  readonly operationId: OperationId | null;
  readonly subject: { readonly kind: string; readonly id: string };
  /** Empty where `erased`. */
  readonly facts: Record<string, Json>;
  /** Its content was erased by law: only kind, time and leaf are left. */
  readonly erased?: true;
}

/** What is to be written of transactions that write their events together. */
const gathered = new WeakMap<Db, EventRow[]>();

/**
 * Runs `act` in the transaction and writes all its events in one statement at the end, in their order: for acts that
 * record many. Whoever reads the log in between by `listEvents` sees them.
 */
export async function gatherEvents<T>(tx: Tx, act: () => Promise<T>): Promise<T> {
  if (gathered.has(tx)) return act();
  gathered.set(tx, []);
  try {
    const result = await act();
    await writeGathered(tx);
    return result;
  } finally {
    gathered.delete(tx);
  }
}

async function writeGathered(db: Db): Promise<void> {
  const rows = gathered.get(db)?.splice(0) ?? [];
  if (rows.length > 0) await insertEvents(db, rows);
}

/**
 * Appends `event` to the log, in the caller's transaction.
 * @returns `leafHash`: hex of the leaf that the event has in the tree, however late it is numbered there
 */
export async function recordEvent(tx: Tx, event: CustodyEvent): Promise<{ leafHash: string }> {
  const [leafHash = ''] = await recordEvents(tx, [event]);
  return { leafHash };
}

/** Appends events in the order given, in one statement. @returns their leaf hashes in that order */
export async function recordEvents(tx: Tx, events: readonly CustodyEvent[]): Promise<string[]> {
  if (events.length === 0) return [];
  const leaves = events.map((event) => leafOf(inCall(tx, event)));
  const rows = leaves.map(({ row }) => row);
  const later = gathered.get(tx);
  if (later) later.push(...rows);
  else await insertEvents(tx, rows);
  return leaves.map(({ leafHash }) => leafHash);
}

/** Appends an event and tells its number in this database, for a row that refers to it. */
export async function recordNumberedEvent(tx: Tx, event: CustodyEvent): Promise<{ sequence: number }> {
  await writeGathered(tx);
  const [sequence = 0] = await insertEvents(tx, [leafOf(inCall(tx, event)).row]);
  return { sequence };
}

type EventRow = ReturnType<typeof leafOf>['row'];

async function insertEvents(db: Db, rows: readonly EventRow[]): Promise<number[]> {
  const written = await insertRows(db, 'custody_event', rows, sql<{ sequence: number }>`returning sequence`);
  return written.map(({ sequence }) => sequence);
}

/** An officer's act at the command line names the command, whose own event has the proof that he gave it. */
function inCall(db: Db, event: CustodyEvent): CustodyEvent {
  const call = callOf(db);
  if (call?.officerId !== event.actor) return event;
  return { ...event, facts: { ...event.facts, call: call.callId } };
}

/** The row of an event, with a new salt, and its leaf. */
function leafOf(event: CustodyEvent) {
  const salt = randomBytes(16);
  const bytes = canonicalJson({
    at: event.at.toISOString(),
    kind: event.kind,
    actor: event.actor,
    operation: event.operationId,
    subject: { ...event.subject },
    facts: event.facts ?? {},
  });
  const row = {
    at: event.at,
    kind: event.kind,
    actor: event.actor,
    operation_id: event.operationId ?? null,
    subject_kind: event.subject.kind,
    subject_id: event.subject.id,
    event: bytes,
    salt,
  };
  return { leafHash: leafHash(salt, bytes).toString('hex'), row };
}

export interface EventSubject {
  readonly kind: string;
  readonly id: string;
}

export interface EventFilter {
  readonly operationId?: OperationId;
  readonly subject?: EventSubject;
  /** On any of these. */
  readonly subjects?: readonly EventSubject[];
  /** Acts that name one of these ids, as what they are about or in their facts, are left out. */
  readonly without?: ReadonlySet<string>;
  /** Only of these kinds. */
  readonly kinds?: readonly EventKind[];
  /** Only events after this sequence number. Default: from the first. */
  readonly after?: number;
  /** Default 100. */
  readonly limit?: number;
}

/** Of an erased act only what it is about is left to look at. */
export function namesNone(ids: ReadonlySet<string>) {
  const named = sql`select from unnest(${[...ids]}::text[]) as named (id)
    where named.id = custody_event.subject_id or position(named.id in custody_event.event) > 0`;
  return sql<boolean>`not exists (${named})`;
}

/** Events in the order of the log. */
export async function listEvents(db: Db, filter: EventFilter): Promise<RecordedEvent[]> {
  await writeGathered(db);
  let query = db
    .selectFrom('custody_event')
    .selectAll()
    .orderBy('sequence')
    .limit(filter.limit ?? 100);
  if (filter.operationId) query = query.where('operation_id', '=', filter.operationId);
  if (filter.subject) {
    query = query.where('subject_kind', '=', filter.subject.kind).where('subject_id', '=', filter.subject.id);
  }
  const { subjects } = filter;
  if (subjects)
    query = query.where((is) =>
      is.or(subjects.map(({ kind, id }) => is.and({ subject_kind: kind, subject_id: id }))),
    );
  const { without } = filter;
  if (without?.size) query = query.where(namesNone(without));
  if (filter.kinds) query = query.where('kind', 'in', filter.kinds);
  if (filter.after !== undefined) query = query.where('sequence', '>', filter.after);
  return (await query.execute()).map((row) => ({
    sequence: row.sequence,
    at: row.at,
    kind: row.kind,
    actor: row.actor,
    operationId: row.operation_id as OperationId | null,
    subject: { kind: row.subject_kind, id: row.subject_id },
    ...(row.event === null
      ? { facts: {}, erased: true as const }
      : { facts: (JSON.parse(row.event) as { facts: Record<string, Json> }).facts }),
  }));
}

/** Sequence number of the newest event; 0 for an empty log. */
export async function newestSequence(db: Db): Promise<number> {
  await writeGathered(db);
  const row = await db
    .selectFrom('custody_event')
    .select('sequence')
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.sequence ?? 0;
}
