/**
 * Deadlines: how long the law or the operation gives, and when somebody must be told that it runs out.
 * Pure; the clock begins when a message is posted and stops at its acknowledgement.
 */
import { HOUR_MS } from '#core/clock.ts';

/**
 * The kinds of deadline and where each comes from. The law's days are calendar days from the receipt of a
 * request; they are counted here as 24 hours each from the posting, which is never later than the law's end.
 */
export const DEADLINE_RULES = {
  'urgent-direct': {
    hours: 8,
    words: 'urgent request, information that is directly accessible',
    source: 'Directive (EU) 2023/977, Article 5(1)',
  },
  'urgent-indirect': {
    hours: 3 * 24,
    words: 'urgent request, information that is not directly accessible',
    source: 'Directive (EU) 2023/977, Article 5(1)',
  },
  ordinary: {
    hours: 7 * 24,
    words: 'any other request',
    source: 'Directive (EU) 2023/977, Article 5(1)',
  },
  dissemination: {
    hours: 24,
    words: 'packages of an operation',
    source: 'decision of the operational meeting',
  },
} as const satisfies Record<string, DeadlineRule>;

export interface DeadlineRule {
  readonly hours: number;
  /** What it is for. */
  readonly words: string;
  /** The law's article, or who decides. */
  readonly source: string;
}

export type DeadlineKind = keyof typeof DEADLINE_RULES;

/** When a deadline of that kind ends that begins at `from`. */
export function deadlineOf(kind: DeadlineKind, from: Date): Date {
  return new Date(from.getTime() + DEADLINE_RULES[kind].hours * HOUR_MS);
}

/** Shares of the time to a deadline at which an alarm is raised; 100: it is over. */
export const ALARM_PERCENTS = [50, 75, 90, 100] as const;
export type AlarmPercent = (typeof ALARM_PERCENTS)[number];

/** The time that a deadline gives. */
export interface DeadlineSpan {
  /** When the message was posted. */
  readonly fromAt: Date;
  readonly deadlineAt: Date;
}

/** When that share of the time has passed. A deadline that had passed at the posting is over at once. */
export function alarmAt({ fromAt, deadlineAt }: DeadlineSpan, percent: AlarmPercent): Date {
  const spanMs = Math.max(0, deadlineAt.getTime() - fromAt.getTime());
  return new Date(deadlineAt.getTime() - (spanMs * (100 - percent)) / 100);
}

export interface AlarmStep {
  /** To be raised now: the highest that is due and was not raised. */
  readonly raise: AlarmPercent | null;
  /** Due as well, and lower: recorded, not raised of their own. */
  readonly passedOver: readonly AlarmPercent[];
  /** When the next is due; null after the last. */
  readonly nextAt: Date | null;
}

/**
 * What is due at `now`. A clock that jumps forward over several thresholds raises the highest alone; one
 * that jumps back raises nothing twice.
 *
 * @param highest the highest alarm that was raised before; null: none
 */
export function alarmStep(span: DeadlineSpan, highest: AlarmPercent | null, now: Date): AlarmStep {
  const open = ALARM_PERCENTS.filter((percent) => percent > (highest ?? 0));
  const due = open.filter((percent) => alarmAt(span, percent) <= now);
  const next = open.find((percent) => !due.includes(percent));
  return {
    raise: due.at(-1) ?? null,
    passedOver: due.slice(0, -1),
    nextAt: next === undefined ? null : alarmAt(span, next),
  };
}
