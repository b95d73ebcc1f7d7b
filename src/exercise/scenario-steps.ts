/** Steps in the work on a target, and the outcomes that they add up to. */
import { type Flag, type Outcome, PENDING } from '#casework/types.ts';
import type { TargetId } from '#core/ids.ts';

/** What one day's work adds to what is known of a target. */
export interface Step {
  readonly at: Date;
  readonly targetId: TargetId;
  /** The result from now on; left out, it stays. */
  readonly outcome?: Outcome['outcome'];
  readonly searchDone?: boolean;
  readonly suspects?: number;
  readonly arrests?: number;
  readonly victims?: number;
  readonly devices?: number;
  readonly bytes?: number;
  readonly flags?: readonly Flag[];
  readonly note?: string;
  /** Given for a step that takes back the result before it. */
  readonly reason?: string;
}

export interface TargetOutcome {
  readonly at: Date;
  readonly targetId: TargetId;
  readonly outcome: Outcome;
  readonly note: string;
  readonly reason?: string;
}

/** In order of time, each with the whole outcome as it stands after the step. */
export function outcomesOf(steps: readonly Step[]): TargetOutcome[] {
  const standing = new Map<TargetId, Outcome>();
  const inOrder = [...steps].sort((a, b) => a.at.getTime() - b.at.getTime());
  return inOrder.map((step) => {
    const outcome = after(standing.get(step.targetId) ?? PENDING, step);
    standing.set(step.targetId, outcome);
    const { at, targetId, note = '', reason } = step;
    return { at, targetId, outcome, note, ...(reason !== undefined && { reason }) };
  });
}

function after(before: Outcome, step: Step): Outcome {
  const outcome = step.outcome ?? before.outcome;
  return {
    outcome,
    subscriberIdentified: before.subscriberIdentified || outcome !== 'not-actionable',
    searchDone: before.searchDone || (step.searchDone ?? outcome === 'positive'),
    suspectsIdentified: before.suspectsIdentified + (step.suspects ?? 0),
    suspectsArrested: before.suspectsArrested + (step.arrests ?? 0),
    victimsSafeguarded: before.victimsSafeguarded + (step.victims ?? 0),
    devicesSeized: before.devicesSeized + (step.devices ?? 0),
    bytesSeized: before.bytesSeized + (step.bytes ?? 0),
    flags: [...new Set([...before.flags, ...(step.flags ?? [])])],
  };
}
