/** How the log stands, for whoever has to act on it: what waits, what is signed, who witnesses it, what is an alarm. */
import { sql } from 'kysely';
import type { Db } from '#platform/tables.ts';
import { contradictionWords } from './fork-words.ts';
import { LATE_SECONDS } from './sequence.ts';
import { newestCheckpoint, treeSize, waitingEvents } from './store.ts';
import { type Fork, openForks } from './witness-store.ts';

export interface LogState {
  /** Events that have a number. */
  readonly size: number;
  readonly waiting: number;
  readonly oldestWaitingSeconds: number;
  /** An event waits for more than a minute: nobody numbers. */
  readonly late: boolean;
  readonly checkpoint: { readonly size: number; readonly root: string; readonly signedAt: Date } | null;
  /** Partners that cosign this log, and how far. */
  readonly witnesses: readonly { readonly name: string; readonly size: number; readonly at: Date }[];
  /** Partners' logs that this node cosigns, and how far. */
  readonly witnessed: readonly { readonly origin: string; readonly size: number; readonly at: Date }[];
  /** Contradictions that no officer has settled. */
  readonly forks: readonly OpenFork[];
}

export interface OpenFork extends Pick<Fork, 'id' | 'origin' | 'kind' | 'foundAt' | 'reportedBy'> {
  readonly words: string;
}

export async function logState(db: Db): Promise<LogState> {
  const [size, waiting, checkpoint, forks] = [
    await treeSize(db),
    await waitingEvents(db),
    await newestCheckpoint(db),
    await openForks(db),
  ];
  return {
    size,
    waiting: waiting.count,
    oldestWaitingSeconds: Math.round(waiting.oldestSeconds),
    late: waiting.oldestSeconds > LATE_SECONDS,
    checkpoint: checkpoint
      ? { size: checkpoint.size, root: checkpoint.root.toString('hex'), signedAt: checkpoint.signedAt }
      : null,
    ...(await standing(db)),
    forks: forks.map(({ id, origin, kind, foundAt, reportedBy }) => ({
      id,
      origin,
      kind,
      foundAt,
      reportedBy,
      words: contradictionWords(kind),
    })),
  };
}

async function standing(db: Db): Promise<Pick<LogState, 'witnesses' | 'witnessed'>> {
  const { rows: witnesses } = await sql<LogState['witnesses'][number]>`
    select distinct on (witness) witness as name, size, cosigned_at as at from custody_cosignature
    order by witness, size desc`.execute(db);
  const { rows: witnessed } = await sql<LogState['witnessed'][number]>`
    select distinct on (origin) origin, size, seen_at as at from custody_peer_checkpoint
    where cosignature is not null order by origin, size desc`.execute(db);
  return { witnesses, witnessed };
}
