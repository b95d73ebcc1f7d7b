import { describe, expect, it } from 'vitest';
import { phasesOf } from './phase-counts.ts';

const PACKAGES = {
  none: 1,
  composed: 2,
  approved: 3,
  sent: 4,
  received: 0,
  acknowledged: 5,
  refused: 1,
  overdue: 0,
};
const REPORTS = { none: 12, pending: 1, 'not-actionable': 0, negative: 1, positive: 2 };

describe('the phase of an operation', () => {
  it('counts each country in every link that it has passed', () => {
    const phases = phasesOf({ packages: PACKAGES, reports: REPORTS }, true);
    expect(phases.map(({ key, done, of }) => [key, done, of])).toEqual([
      ['composed', 15, 16],
      ['approved', 13, 16],
      ['sent', 10, 16],
      ['acknowledged', 5, 16],
      ['reported', 4, 16],
    ]);
  });

  it('is at the first link that is not complete', () => {
    const all = {
      none: 0,
      composed: 0,
      approved: 0,
      sent: 0,
      received: 0,
      acknowledged: 16,
      refused: 0,
      overdue: 0,
    };
    const now = phasesOf({ packages: all, reports: REPORTS }, true).find((phase) => phase.now);
    expect(now?.key).toBe('reported');
  });

  it('says nothing of reports where they do not come', () => {
    expect(phasesOf({ packages: PACKAGES, reports: REPORTS }, false).map(({ key }) => key)).not.toContain(
      'reported',
    );
  });
});
