/** Alarms about custody logs as an officer judges them: what contradicts what, and how each was settled. */
import type { AgencyId } from '#core/ids.ts';
import { readCheckpoint, signedAt } from '#custody/checkpoint.ts';
import { readVerifierKey, type VerifierKey } from '#custody/note.ts';
import { newestForks, type SettledFork } from '#custody/witness-store.ts';
import type { NodeContext } from '#platform/context.ts';
import { logKeys } from './custody.ts';
import type { ForkAlarm } from './key-schemas.ts';

const MOST = 200;

/** Open ones first; of the settled the newest. */
export async function forkAlarms(ctx: Pick<NodeContext, 'db' | 'keys'>): Promise<ForkAlarm[]> {
  const { partners } = await logKeys(ctx.db);
  const keys = [ctx.keys.log.verifierKey, ...partners].map(readVerifierKey);
  return (await newestForks(ctx.db, MOST)).map((fork) =>
    alarmView(fork, {
      own: fork.origin === ctx.keys.log.name,
      key: keys.find(({ name }) => name === fork.origin),
    }),
  );
}

function alarmView(fork: SettledFork, of: { own: boolean; key: VerifierKey | undefined }): ForkAlarm {
  const { id, origin, kind, foundAt, reportedBy, settled } = fork;
  return {
    id,
    log: origin,
    agencyId: origin.slice(origin.lastIndexOf('/') + 1) as AgencyId,
    own: of.own,
    kind,
    first: stated(fork.first, of.key),
    second: stated(fork.second, of.key),
    foundAt: foundAt.toISOString(),
    reportedBy,
    settled: settled && { ...settled, at: settled.at.toISOString() },
  };
}

function stated(note: string, key: VerifierKey | undefined): ForkAlarm['first'] {
  const checkpoint = readCheckpoint(note);
  const at = key && signedAt(checkpoint, key);
  return {
    size: checkpoint.size,
    root: checkpoint.root.toString('hex'),
    signedAt: at?.toISOString() ?? null,
  };
}
