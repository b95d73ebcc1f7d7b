/** Reading figures: each opens to the reports that it counts, as they stood when it was computed. */
import { reportsByIds } from '#casework/report-store.ts';
import { reportRow } from '#casework/rows.ts';
import type { OperationId, ReportId } from '#core/ids.ts';
import type { Db } from '#platform/tables.ts';
import {
  type FigureSet,
  type FigureSetId,
  type FigureSetWithFigures,
  figureValues,
  listFigureSets,
} from './figure-store.ts';
import type { FigureId } from './figures.ts';
import { requireFigureSet } from './release.ts';
import type { FigureHistory, FigureSetDetail, FigureSetRow } from './schemas.ts';

/**
 * The set with its figures, and every report that any of them counts. Reports are never edited, so what
 * is read is what was counted; `standing` tells of each what it was then, not what came since.
 */
export async function figureSet(
  db: Db,
  of: { figureSetId: FigureSetId; operationId?: OperationId },
): Promise<FigureSetDetail> {
  const set = await requireFigureSet(db, of);
  const reports = await reportsByIds(db, countedReports(set));
  return {
    ...figureSetRow(set),
    figures: set.figures.map((figure) => ({
      ...figure,
      shares: [...figure.shares],
      released: isReleased(set, figure.figureId),
    })),
    checks: [...set.checks],
    reports: reports.map((report) => reportRow(report, true)),
  };
}

/** May the figure be published? Otherwise it prints as XX. */
export function isReleased(set: FigureSet, figureId: FigureId): boolean {
  return set.release !== undefined && !set.release.withheld.includes(figureId);
}

export function figureSetRow(set: FigureSet): FigureSetRow {
  const { figureSetId, operationId, kind, computedBy, digest, passed, release } = set;
  return {
    figureSetId,
    operationId,
    kind,
    computedBy,
    digest,
    passed,
    asOf: set.asOf.toISOString(),
    computedAt: set.computedAt.toISOString(),
    release: release
      ? { ...release, releasedAt: release.releasedAt.toISOString(), withheld: [...release.withheld] }
      : null,
  };
}

/** One figure through all sets of the operation, by the moment that they are of. */
export async function figuresHistory(
  db: Db,
  operationId: OperationId,
  figureId: FigureId,
): Promise<FigureHistory> {
  const values = await figureValues(db, operationId, figureId);
  const sets = (await listFigureSets(db, operationId)).reverse();
  return {
    figureId,
    points: sets.flatMap((set) => {
      const value = values.get(set.figureSetId);
      if (value === undefined) return [];
      const { figureSetId, kind, asOf } = set;
      return [{ figureSetId, kind, asOf: asOf.toISOString(), value, released: isReleased(set, figureId) }];
    }),
  };
}

function countedReports(set: FigureSetWithFigures): ReportId[] {
  const ids = set.figures.flatMap(({ shares }) =>
    shares.flatMap(({ reportId }) => (reportId === null ? [] : [reportId])),
  );
  return [...new Set(ids)];
}
