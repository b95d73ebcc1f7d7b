/** What the orders and marks of target lists mean. */
import type { TargetMark, TargetSort } from '#observations/targets/target-query.ts';
import type { SeverityCode } from '#observations/types.ts';

export const SORTS: Record<TargetSort, string> = {
  urgency: 'imminent risk, then prior knowledge, then score',
  deadline: 'records that are gone first, first',
  'last-seen': 'seen last first',
  'first-seen': 'seen first last',
  files: 'most files first',
  'rare-files': 'most files that few supply first',
  rows: 'most observations first',
  addresses: 'most addresses first',
};

export const MARKS: Record<TargetMark, string> = {
  'imminent-risk': 'somebody may be harmed now',
  known: 'known before',
  direct: 'seen by a direct grade',
  identifiable: 'an operator can still identify it',
  expired: 'no operator can any more',
  disagreement: 'sources name different countries',
  'carrier-nat': 'an address is a carrier’s NAT',
  hosting: 'an address is of hosting',
  merged: 'merged of several client ids',
};

/** Named here, so that the help of a command loads no room. */
export const CODES: Record<SeverityCode, SeverityCode> = { A: 'A', B: 'B', C: 'C' };
