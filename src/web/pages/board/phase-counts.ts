/** How many countries have passed each link of the chain. Pure. */
import type { Board } from '#results/schemas.ts';

export interface Phase {
  readonly key: 'composed' | 'approved' | 'sent' | 'acknowledged' | 'reported' | 'positive';
  readonly done: number;
  readonly of: number;
  readonly to: '/$agency/packages' | '/$agency/reports';
  /** Filter of the list that the number counts. */
  readonly state?: string;
  /** The first that is not complete: where the operation is. */
  readonly now: boolean;
}

export function phasesOf(board: Pick<Board, 'packages' | 'reports'>): Phase[] {
  const { packages, reports } = board;
  const all = Object.values(packages).reduce((sum, n) => sum + n, 0);
  const sent = all - packages.none - packages.composed - packages.approved;
  const steps: readonly Omit<Phase, 'now' | 'of'>[] = [
    { key: 'composed', done: all - packages.none, to: '/$agency/packages' },
    { key: 'approved', done: sent + packages.approved, to: '/$agency/packages' },
    { key: 'sent', done: sent, to: '/$agency/packages' },
    { key: 'acknowledged', done: packages.acknowledged, to: '/$agency/packages', state: 'acknowledged' },
    { key: 'reported', done: all - reports.none, to: '/$agency/reports' },
    { key: 'positive', done: reports.positive, to: '/$agency/reports' },
  ];
  const at = steps.findIndex(({ done }) => done < all);
  return steps.map((step, index) => ({ ...step, of: all, now: index === at }));
}
