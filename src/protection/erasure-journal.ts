/**
 * The journal of erasures: what was erased here and by whose word, in ids, beside the keys of the backups. A backup
 * knows only what was erased before it was made; whoever restores it brings this journal, and all that it names is
 * erased again before the node starts. Holds and decisions to keep are in it too, so that a restore loses none.
 * The log's key signs it.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Selectable, sql } from 'kysely';
import { canonicalJson, type Json } from '#core/canonical-json.ts';
import { MINUTE_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { isSignedBy, readNote, readVerifierKey } from '#custody/note.ts';
import type { NodeContext } from '#platform/context.ts';
import { lookRegularly, type RegularLook } from '#platform/regular-look.ts';
import type { Db } from '#platform/tables.ts';
import { backupRegister, registerFolders } from './backup-keys.ts';
import { replaceFile } from './replace-file.ts';
import type { DataErasureTable, LegalHoldTable, ReviewDecisionTable } from './tables.ts';

export const JOURNAL_FILE = 'erasures.json';
const FORMAT = 'icarus-erasures/1';

type Carried = Omit<
  Selectable<DataErasureTable>,
  'client_ids' | 'files' | 'result' | 'rows_gone_at' | 'done_at' | 'to_ask' | 'request_ids'
>;

export interface ErasureJournal {
  readonly format: typeof FORMAT;
  readonly agencyId: string;
  /** When the database was asked. */
  readonly at: string;
  /** Erasures whose rows are gone. */
  readonly erasures: readonly Carried[];
  /** Messages that were erased at their sender's request. */
  readonly messages: readonly { readonly messageId: string; readonly requestId: string }[];
  /** Leaves of custody events whose content was erased. */
  readonly leaves: readonly string[];
  readonly holds: readonly Selectable<LegalHoldTable>[];
  readonly decisions: readonly Selectable<ReviewDecisionTable>[];
}

type JournalContext = Pick<NodeContext, 'db' | 'clock' | 'keys' | 'node' | 'paths' | 'backups'>;

/**
 * Writes the journal as the database has it, to the node's register and its copies. What it named before stays: a
 * node that was restored may not have the row any more, and a backup may.
 * @throws backup/register-unreachable
 */
export async function writeJournal(
  ctx: JournalContext,
  to: { readonly copies: boolean } = { copies: true },
): Promise<void> {
  const register = backupRegister(ctx);
  const folders = to.copies ? await registerFolders(register) : [register.own];
  const before = await readFile(join(register.own, JOURNAL_FILE), 'utf8').catch(() => undefined);
  const known = before === undefined ? undefined : readJournal(before, ctx.keys.log.verifierKey);
  const journal = joined(await journalOf(ctx), known);
  const text = signedJournal(journal, ctx.keys.log);
  await mkdir(register.own, { recursive: true, mode: 0o700 });
  for (const folder of folders) await replaceFile(join(folder, JOURNAL_FILE), text);
}

/** `now`, and of `before` what it does not name; in the order in which it was erased. */
function joined(now: ErasureJournal, before: ErasureJournal | undefined): ErasureJournal {
  if (!before) return now;
  const both = <T>(older: readonly T[], newer: readonly T[], keyOf: (one: T) => string): T[] => {
    const present = new Set(newer.map(keyOf));
    return [...older.filter((one) => !present.has(keyOf(one))), ...newer];
  };
  return {
    ...now,
    erasures: both(before.erasures, now.erasures, ({ id }) => id),
    messages: both(before.messages, now.messages, ({ messageId }) => messageId),
    leaves: both(before.leaves, now.leaves, (leaf) => leaf),
    holds: both(before.holds, now.holds, ({ id }) => id),
    decisions: both(before.decisions, now.decisions, ({ id }) => id),
  };
}

async function journalOf({ db, clock, node }: JournalContext): Promise<ErasureJournal> {
  const at = clock.now().toISOString();
  const erasures = await db
    .selectFrom('data_erasure')
    .select([
      ...([
        'id',
        'operation_id',
        'kind',
        'record_id',
        'record_ids',
        'because',
        'legal_basis',
        'digest',
      ] as const),
      ...(['asked_by', 'asked_at', 'approved_by', 'approved_at', 'approved_digest'] as const),
      ...(['refused_by', 'refused_at', 'refusal'] as const),
    ])
    .where('rows_gone_at', 'is not', null)
    .orderBy('rows_gone_at')
    .execute();
  const { rows: messages } = await sql<{ messageId: string; requestId: string }>`
    select message_id as "messageId", request_id as "requestId" from erased_message order by erased_at`.execute(
    db,
  );
  const { rows: leaves } = await sql<{ leaf: string }>`
    select encode(l.leaf_hash, 'hex') as leaf from custody_event e join custody_leaf l on l.event_sequence = e.sequence
    where e.event is null order by l.index`.execute(db);
  const holds = await db.selectFrom('legal_hold').selectAll().orderBy('id').execute();
  const decisions = await db.selectFrom('review_decision').selectAll().orderBy('id').execute();
  return {
    format: FORMAT,
    agencyId: node.agencyId,
    at,
    erasures,
    messages,
    leaves: leaves.map(({ leaf }) => leaf),
    holds,
    decisions,
  };
}

/** The journal as it is kept: with a note over its digest, signed by the node's log key. */
export function signedJournal(
  journal: ErasureJournal,
  log: Pick<JournalContext['keys']['log'], 'sign'>,
): string {
  const note = noteText(journal);
  return `${JSON.stringify({ ...journal, note: `${note}\n${log.sign(note)}\n` }, null, 1)}\n`;
}

function noteText(journal: ErasureJournal): string {
  const digest = createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(journal)) as Json))
    .digest('base64');
  return `icarus/erasures\n${journal.agencyId}\n${journal.at}\n${digest}\n`;
}

/**
 * Takes a journal apart and checks who signed it.
 * @param logKey of the node whose journal it must be
 * @throws backup/journal-invalid
 */
export function readJournal(text: string, logKey: string): ErasureJournal {
  try {
    const { note, ...journal } = JSON.parse(text) as ErasureJournal & { note: string };
    const signed = readNote(note);
    if (journal.format !== FORMAT || signed.text !== noteText(journal))
      throw new Error('it is not what was signed');
    if (!isSignedBy(signed, readVerifierKey(logKey)))
      throw new Error('it is not signed by the node’s log key');
    return JSON.parse(JSON.stringify(journal), asDate) as ErasureJournal;
  } catch (cause) {
    const reason =
      cause instanceof Error && !(cause instanceof SyntaxError) ? cause.message : 'it is no journal';
    throw new IcarusError('backup/journal-invalid', { reason }, { cause });
  }
}

/** Times of rows are dates again; `at`, which is signed with the rest, stays as it was written. */
function asDate(name: string, value: unknown): unknown {
  return typeof value === 'string' && /(_at|until)$/.test(name) ? new Date(value) : value;
}

/** What tells that the journal has to be written again. */
async function stateOf(db: Db): Promise<string> {
  const { rows } = await sql<{ state: string }>`
    select concat_ws('/', (select count(*) from data_erasure where rows_gone_at is not null),
      (select count(*) from erased_message),
      (select count(*) from legal_hold), (select count(*) from legal_hold where released_at is not null),
      (select count(*) from review_decision),
      (select count(*) from custody_event where kind = 'custody.erased')) as state`.execute(db);
  return rows[0]?.state ?? '';
}

/** Looks once a minute for erasures that others recorded, and writes the journal. */
export function watchJournal(ctx: JournalContext & Pick<NodeContext, 'log'>): RegularLook {
  let written: string | undefined;
  const options = {
    everyMs: MINUTE_MS,
    atOnce: true,
    failed: 'the journal of erasures could not be written',
  };
  return lookRegularly(ctx, options, async () => {
    const state = await stateOf(ctx.db);
    if (state === written) return;
    await writeJournal(ctx);
    written = state;
  });
}
