/** How many countries have passed each link of the chain. Pure. */
import type { Board } from '#results/schemas.ts';

export interface Phase {
  readonly key: 'composed' | 'approved' | 'sent' | 'acknowledged' | 'reported';
  readonly done: number;
  readonly of: number;
  readonly to: '/$agency/packages' | '/$agency/reports';
  /** Filter of the list that the number counts. */
  readonly state?: string;
  /** The first that is not complete: where the operation is. */
  readonly now: boolean;
}

/** @param knowsReports the reports of all countries come to this node */
export function phasesOf(board: Pick<Board, 'packages' | 'reports'>, knowsReports: boolean): Phase[] {
  const { packages, reports } = board;
  const all = Object.values(packages).reduce((sum, n) => sum + n, 0);
  const sent = all - packages.none - packages.composed - packages.approved;
  const steps: readonly Omit<Phase, 'now' | 'of'>[] = [
    { key: 'composed', done: all - packages.none, to: '/$agency/packages' },
    { key: 'approved', done: sent + packages.approved, to: '/$agency/packages' },
    { key: 'sent', done: sent, to: '/$agency/packages' },
    { key: 'acknowledged', done: packages.acknowledged, to: '/$agency/packages', state: 'acknowledged' },
    { key: 'reported', done: all - reports.none, to: '/$agency/reports' },
  ];
  const known = knowsReports ? steps : steps.slice(0, 4);
  const at = known.findIndex(({ done }) => done < all);
  return known.map((step, index) => ({ ...step, of: all, now: index === at }));
}
