/**
 * Contradictions that a partner tells of. Nothing is believed: both notes must be signed by the log that
 * they are of, and contradict each other, or, where they are of this node's own log, its tree.
 */
import type { AgencyId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { readCheckpoint, signedAt } from './checkpoint.ts';
import { logName } from './log-key.ts';
import { readVerifierKey, type VerifierKey } from './note.ts';
import { recordFork } from './record-fork.ts';
import { readForks } from './riding-lines.ts';
import { rootAt } from './span-roots.ts';
import { treeSize } from './store.ts';
import { contradiction, type ForkKind, type Seen } from './witness-rules.ts';

interface Told {
  readonly text: string;
  /** Name of the log of whoever tells it. */
  readonly reportedBy: string;
  readonly keyOf: (agencyId: AgencyId) => VerifierKey | undefined;
}

/** @throws custody/note-invalid where what was told is no checkpoint */
export async function takeForks(
  ctx: Pick<NodeContext, 'clock' | 'keys'>,
  tx: Tx,
  { text, reportedBy, keyOf }: Told,
): Promise<void> {
  for (const evidence of readForks(text)) {
    const { origin } = readCheckpoint(evidence.first);
    const isOwn = origin === ctx.keys.log.name;
    const key = isOwn ? readVerifierKey(ctx.keys.log.verifierKey) : keyOf(agencyOf(origin));
    const first = key && signedBy(key, evidence.first);
    const second = key && signedBy(key, evidence.second);
    if (!first || !second) continue;
    const kind = contradiction(first, second) ?? (isOwn ? await againstOwn(tx, [first, second]) : undefined);
    if (kind) await recordFork(ctx, tx, { origin, kind, first, second, reportedBy });
  }
}

function agencyOf(origin: string): AgencyId {
  return origin.slice(logName('' as AgencyId).length) as AgencyId;
}

function signedBy(key: VerifierKey, note: string): Seen | undefined {
  const checkpoint = readCheckpoint(note);
  const at = signedAt(checkpoint, key);
  return at && { size: checkpoint.size, root: checkpoint.root, signedAt: at, note };
}

/** Does the own tree, as it stands, contradict one of them? */
async function againstOwn(tx: Tx, checkpoints: readonly Seen[]): Promise<ForkKind | undefined> {
  const own = await treeSize(tx);
  for (const { size, root } of checkpoints) {
    if (size > own) return 'shrunk';
    if (!(await rootAt(tx, size)).equals(root)) return 'not-extended';
  }
  return undefined;
}
