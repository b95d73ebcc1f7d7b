/** An alarm about a log: kept with the two signed notes that show it, and told in this node's own log. */
import { hash } from 'node:crypto';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { recordEvent } from './record.ts';
import { forgetLines } from './ride.ts';
import type { ForkKind, Seen } from './witness-rules.ts';
import { insertFork } from './witness-store.ts';

export interface FoundFork {
  readonly origin: string;
  readonly kind: ForkKind;
  readonly first: Seen;
  readonly second: Seen;
  /** Name of the log of whoever told it; null where this node found it. */
  readonly reportedBy: string | null;
}

/** Once only for the same pair of checkpoints, whoever tells of them. */
export async function recordFork(
  ctx: Pick<NodeContext, 'clock' | 'keys'>,
  tx: Tx,
  { origin, kind, first, second, reportedBy }: FoundFork,
): Promise<void> {
  const foundAt = ctx.clock.now();
  const pair = [first, second].map(({ size, root }) => `${size} ${root.toString('hex')}`).sort();
  const id = hash('sha256', `${origin}\n${pair.join('\n')}\n`, 'hex').slice(0, 32);
  const fork = { id, origin, kind, first: first.note, second: second.note, foundAt, reportedBy };
  if (!(await insertFork(tx, fork))) return;
  forgetLines(ctx.keys, tx);
  await recordEvent(tx, {
    at: foundAt,
    kind: 'custody.fork-found',
    actor: 'system:custody',
    subject: { kind: 'custody-log', id: origin },
    facts: {
      kind,
      reportedBy,
      checkpoints: [first, second].map(({ size, root, signedAt }) => ({
        size,
        root: root.toString('hex'),
        signedAt: signedAt.toISOString(),
      })),
    },
  });
}
