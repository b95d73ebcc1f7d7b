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
  'public.custody_waiting': 'events of the log that have no number in the tree yet',
  'public.custody_leaf': 'the log itself: the number of each event in the tree',
  'public.custody_tile': 'hashes of the tree, derived from the leaves',
  'public.custody_checkpoint': 'the log itself: the roots that the node has signed',
  'public.custody_cosignature':
    'comes with a message, whose event of being opened names it; it states nothing of a case',
  'public.custody_peer_checkpoint':
    'comes with a message, whose event of being opened names it; what contradicts it is an event of its own',
  'public.session': 'who is signed in now; every act names its officer in its own event',
  'public.consultation':
    'one reading, counted; ten minutes later it is in a batch whose event states the digest over the exact rows',
  'public.sign_in_challenge': 'what an authenticator is asked to sign; the answer is the act',
  'public.oidc_login': 'what was begun at the agency’s provider; what comes back is the act',
  'public.terminal_sign_in':
    'that a terminal asks to be signed in; that it is confirmed, and its session, are events',
  'public.command_nonce':
    'that the proof of a command was used, so that it is not used again; the proof itself is an event',
  'public.partial_upload':
    'how far the bytes of a message have come; it is received, and an event, when it is whole and checked',
  'public.import_draft':
    'how far an import has come; it is recorded when it is complete, and counts for nothing before',
  'public.import_piece': 'belongs to import_draft',
  'public.observation_shared_work':
    'how work is shared out among workers; what it came to is recorded when it is done, and counts for nothing before',
  'public.observation_partition_job': 'belongs to observation_shared_work',
  'public.inventory_file':
    'findings, a batch at a time, of an inventory whose beginning and end are events; the event of its end states the counts',
  'public.video_length':
    'lengths, one by one, of an inventory; the event of the measuring’s end states the counts',
};

export interface Exception {
  /** A change of these columns alone is no act. */
  readonly columns?: readonly string[];
  /** Columns of which only this is asked: SQL over the row, by the column. */
  readonly readAs?: Readonly<Record<string, string>>;
  /** Removing a row is no act. */
  readonly removal?: true;
  readonly because: string;
}

/** Parts of tables that are guarded otherwise, `schema.table`. */
export const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'public.service_account': {
    columns: ['last_used_at'],
    because:
      'when it was last used, to the minute; its making, its token, its first use and its end are events',
  },
  'public.delivery': {
    columns: [
      'attempts',
      'last_code',
      'next_attempt_at',
      'free_at',
      'held_by',
      'handed_bytes',
      'handed_at',
      'bytes_per_second',
      'told_at',
      'alarm_at',
    ],
    because:
      'when the next alarm may be due (to raise it is an event), who tries now and how many bytes are over, a try that failed and is repeated, and that the sender needs no more telling (to tell him is a message); what ends the tries is an event, which states how many there were',
  },
  'public.inbox_message': {
    columns: ['attempts', 'free_at', 'held_by'],
    because:
      'who opens it now, and a try that failed and is repeated; that it was opened or refused is an event',
  },
  'public.log_upload': {
    columns: ['received_bytes', 'read_bytes', 'read_rows', 'changed_at'],
    because: 'how far the bytes have come and are read; beginning, all bytes, request and end are events',
  },
  'public.inventory': {
    columns: [
      'failure',
      'failures',
      'run_token',
      'files_seen',
      'files_hashed',
      'files_not_examined',
      'bytes_hashed',
      'bytes_in_hand',
      'files_total',
      'bytes_total',
      'last_path',
    ],
    because:
      'how far the reading has come and by which run; every change of its state is an event with the counts',
  },
  'public.freeze_curve': {
    columns: ['share'],
    readAs: { state: "case state when 'running' then 'waiting' else state end" },
    because: 'that a worker has begun, and how far it is; request and end are events',
  },
  'public.target_build': {
    removal: true,
    because:
      'older builds are cleared away when a newer one is recorded; they can be made again, and their making stays in the log',
  },
  'public.attribution_run': {
    removal: true,
    because:
      'older runs are cleared away when a newer one is recorded; they can be made again, and their making stays in the log',
  },
  'public.letter_upload': {
    removal: true,
    because:
      'a file that its letter holds now, or that was never sent; bringing it and sending it are events',
  },
  'public.erased_message': {
    columns: ['files', 'gone_at'],
    because: 'how far the removal of files has come that the event of the erasure decided',
  },
};
