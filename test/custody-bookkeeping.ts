/**
 * What changes without an event in the custody log, each with the reason. Everything else that is written
 * in a database must be vouched for by an event of its room, in the same transaction (custody-probe.ts).
 *
 * A reason must be true: a row here decides nothing about a case, can be made again, or only says how far
 * work has come whose beginning or end is an event. If you cannot write such a reason, write the event.
 */

/** Whole tables, `schema.table`, or `schema.*`. */
export const BOOKKEEPING: Readonly<Record<string, string>> = {
  'pgboss.*':
    'the queue: what a job does is recorded by the job, and a job that is lost is found again by its row',
  'public.schema_migration': 'the schema of the database, written by the owner before the node starts',
  'public.custody_event': 'the log itself',
  'public.session': 'who is signed in now; every act names its officer in its own event',
  'public.sign_in_challenge': 'what an authenticator is asked to sign; the answer is the act',
  'public.import_draft':
    'how far an import has come; it is recorded when it is complete, and counts for nothing before',
  'public.import_piece': 'belongs to import_draft',
  'public.observation_shared_work':
    'how work is shared out among workers; what it came to is recorded when it is done, and counts for nothing before',
  'public.observation_partition_job': 'belongs to observation_shared_work',
};

export interface Exception {
  /** A change of these columns alone is no act. */
  readonly columns?: readonly string[];
  /** Rows that satisfy this (SQL over the row) come, change and go without an event. */
  readonly rows?: string;
  /** Removing a row is no act. */
  readonly removal?: true;
  readonly because: string;
}

/** Parts of tables that are guarded otherwise, `schema.table`. */
export const EXCEPTIONS: Readonly<Record<string, Exception>> = {};
