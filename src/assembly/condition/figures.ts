/**
 * Counts that tell an operator how a node does. Numbers of rows and ages alone: no name, no id, nothing of a case,
 * and no count of what an operation holds.
 */
import { sql } from 'kysely';
import { countEmergencies } from '#access/break-glass/store.ts';
import { newestCheckpoint, treeSize, waitingEvents } from '#custody/store.ts';
import { openForks } from '#custody/witness-store.ts';
import type { NodeContext } from '#platform/context.ts';
import { poolState, WORKING } from '#platform/database.ts';

export interface Figures {
  /** Hand-overs that wait, to all next hops. */
  readonly outboxWaiting: number;
  readonly outboxOldestSeconds: number;
  /** Recipients whose receipt is not here although the deadline is over. */
  readonly receiptsOverdue: number;
  /** Messages that came and are not opened yet. */
  readonly inboxWaiting: number;
  readonly jobsWaiting: number;
  readonly jobsActive: number;
  readonly jobsFailed: number;
  readonly oldestDueSeconds: number;
  /** Sessions at the database of processes that run jobs. */
  readonly workers: number;
  readonly logSize: number;
  readonly logWaiting: number;
  readonly logWaitingSeconds: number;
  /** Null before the first checkpoint. */
  readonly checkpointAgeSeconds: number | null;
  /** Contradictions of custody logs that nobody has settled. */
  readonly forksOpen: number;
  /** Operations that were opened at once and that nobody has reviewed; those that nobody has justified in time. */
  readonly emergenciesStanding: number;
  readonly emergenciesOverdue: number;
  readonly poolOpen: number;
  readonly poolIdle: number;
  readonly poolWaiting: number;
}

export async function nodeFigures({ db, clock }: Pick<NodeContext, 'db' | 'clock'>): Promise<Figures> {
  const now = clock.now();
  const { rows } = await sql<{
    outbox_waiting: number;
    outbox_oldest: number;
    receipts_overdue: number;
    inbox_waiting: number;
    workers: number;
  }>`select
      (select count(*)::int from delivery where state = 'queued') as outbox_waiting,
      (select coalesce(extract(epoch from ${now}::timestamptz - min(queued_at)), 0)::float8
        from delivery where state = 'queued') as outbox_oldest,
      (select count(*)::int from outbox_message o join delivery d on d.message_id = o.id
        where o.deadline_at < ${now} and d.role = 'sender' and d.state <> 'refused'
          and not exists (select from receipt r where r.message_id = d.message_id and r.recipient = d.recipient
            and r.status in ('acknowledged', 'noted', 'refused'))
          and not exists (select from message_recall c where c.message_id = o.id and c.standing = 'stands')
      ) as receipts_overdue,
      (select count(*)::int from inbox_message where state = 'received') as inbox_waiting,
      (select count(*)::int from pg_stat_activity
        where datname = current_database() and application_name = ${WORKING}) as workers`.execute(db);
  const [row] = rows;
  const waiting = await waitingEvents(db);
  const checkpoint = await newestCheckpoint(db);
  const pool = poolState(db);
  const emergencies = await countEmergencies(db);
  return {
    outboxWaiting: row?.outbox_waiting ?? 0,
    outboxOldestSeconds: Math.max(0, row?.outbox_oldest ?? 0),
    receiptsOverdue: row?.receipts_overdue ?? 0,
    inboxWaiting: row?.inbox_waiting ?? 0,
    ...(await jobCounts(db)),
    workers: row?.workers ?? 0,
    logSize: await treeSize(db),
    logWaiting: waiting.count,
    logWaitingSeconds: waiting.oldestSeconds,
    checkpointAgeSeconds: checkpoint
      ? Math.max(0, (now.getTime() - checkpoint.signedAt.getTime()) / 1000)
      : null,
    forksOpen: (await openForks(db)).length,
    emergenciesStanding: emergencies.standing,
    emergenciesOverdue: emergencies.overdue,
    poolOpen: pool.open,
    poolIdle: pool.idle,
    poolWaiting: pool.waiting,
  };
}

async function jobCounts(
  db: NodeContext['db'],
): Promise<Pick<Figures, 'jobsWaiting' | 'jobsActive' | 'jobsFailed' | 'oldestDueSeconds'>> {
  const { rows } = await sql<{ waiting: number; active: number; failed: number; due: number }>`
    select count(*) filter (where state in ('created', 'retry'))::int as waiting,
      count(*) filter (where state = 'active')::int as active,
      count(*) filter (where state = 'failed')::int as failed,
      coalesce(extract(epoch from now() - min(start_after)
        filter (where state in ('created', 'retry') and start_after < now())), 0)::float8 as due
    from pgboss.job where name not like '\\_\\_%'`.execute(db);
  const [row] = rows;
  return {
    jobsWaiting: row?.waiting ?? 0,
    jobsActive: row?.active ?? 0,
    jobsFailed: row?.failed ?? 0,
    oldestDueSeconds: row?.due ?? 0,
  };
}
