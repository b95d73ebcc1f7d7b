/**
 * Within what time a letter is to be answered. For exchanges between law enforcement authorities of the
 * Union: Directive (EU) 2023/977 Article 5(1), (a) eight hours for urgent requests about what is directly
 * accessible, (b) three days for urgent requests otherwise, (c) seven days for all others. 24 hours is the
 * time in which the packages of 2011 were disseminated.
 */
import { HOUR_MS } from '#core/clock.ts';

export const DEADLINE_HOURS = {
  'urgent-direct': 8,
  dissemination: 24,
  urgent: 3 * 24,
  ordinary: 7 * 24,
} as const satisfies Record<string, number>;

export type DeadlineRule = keyof typeof DEADLINE_HOURS;

export const DEADLINE_RULES = Object.keys(DEADLINE_HOURS) as DeadlineRule[];

/** When what is sent at `sentAt` falls due. */
export function dueAt(rule: DeadlineRule, sentAt: Date): Date {
  return new Date(sentAt.getTime() + DEADLINE_HOURS[rule] * HOUR_MS);
}
