/**
 * What a service account can be made for. Deciding, approving, releasing, referring, erasing, and everything about
 * officers is a person's: it is not here, so no account can have it.
 */
import type { Action } from '#access/policy.ts';

export const SERVICE_ACTIONS = [
  'agencies.read',
  'operations.read',
  'observations.import',
  'observations.attribute',
  'observations.read',
  'targets.build',
  'targets.read',
  'retention.read',
  'packages.read',
  'exchange.read',
  'exchange.receive',
  'letters.read',
  'casework.read',
  'reports.read',
  'crossmatch.import',
  'crossmatch.read',
  'results.read',
  'evidence.read',
  'evidence.hash-lists',
  'meeting.read',
  'referrals.read',
  'custody.verify',
  'custody.read',
  'review.read',
] as const satisfies readonly Action[];
export type ServiceAction = (typeof SERVICE_ACTIONS)[number];

/** The longest that an account lasts. */
export const MOST_DAYS = 365;
