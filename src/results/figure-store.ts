/** All SQL over figure sets, their figures and shares, and their releases. */
import { sql } from 'kysely';
import type { CountryCode } from '#core/countries.ts';
import type { Id, OperationId, ReportId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { CountedFigure, FigureId } from './figures.ts';
import type { Check, Figure } from './schemas.ts';
import type { FigureSetReleaseTable, FigureSetTable } from './tables.ts';

export type FigureSetId = Id<'figures'>;

export interface FigureSet {
  readonly figureSetId: FigureSetId;
  readonly operationId: OperationId;
  readonly kind: 'provisional' | 'final';
  readonly asOf: Date;
  readonly computedAt: Date;
  readonly computedBy: string;
  readonly digest: string;
  readonly checks: readonly Check[];
  readonly passed: boolean;
  /** Undefined until a press officer released it. */
  readonly release: FigureSetRelease | undefined;
}

export interface FigureSetRelease {
  readonly releasedBy: string;
  readonly releasedByName: string;
  readonly releasedAt: Date;
  readonly withheld: readonly string[];
}

export interface FigureSetWithFigures extends FigureSet {
  readonly figures: readonly CountedFigure[];
}

export async function insertFigureSet(tx: Tx, set: Omit<FigureSetWithFigures, 'release'>): Promise<void> {
  await tx
    .insertInto('figure_set')
    .values({
      id: set.figureSetId,
      operation_id: set.operationId,
      kind: set.kind,
      as_of: set.asOf,
      computed_at: set.computedAt,
      computed_by: set.computedBy,
      digest: set.digest,
      checks: sql<Check[]>`${JSON.stringify(set.checks)}::jsonb`,
      passed: set.passed,
    })
    .execute();
  const figures = set.figures.map(({ figureId, label, definition, unit, value }, position) => ({
    set_id: set.figureSetId,
    figure_id: figureId,
    position,
    label,
    definition,
    unit,
    value,
  }));
  await tx.insertInto('figure').values(figures).execute();
  const shares = set.figures.flatMap(({ figureId, shares: own }) =>
    own.map(({ country, reportId, share }) => ({
      set_id: set.figureSetId,
      figure_id: figureId,
      country,
      report_id: reportId,
      share,
    })),
  );
  if (shares.length > 0) await tx.insertInto('figure_share').values(shares).execute();
}

/** Returns false where the set has its release already. */
export async function insertRelease(tx: Tx, row: FigureSetReleaseTable): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('figure_set_release')
    .values(row)
    .onConflict((conflict) => conflict.column('set_id').doNothing())
    .executeTakeFirst();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** The sets of an operation, newest first. */
export async function listFigureSets(db: Db, operationId: OperationId): Promise<FigureSet[]> {
  const rows = await setsWithRelease(db).where('figure_set.operation_id', '=', operationId).execute();
  return rows.map(toFigureSet);
}

export async function figureSetById(
  db: Db,
  figureSetId: FigureSetId,
): Promise<FigureSetWithFigures | undefined> {
  const row = await setsWithRelease(db).where('figure_set.id', '=', figureSetId).executeTakeFirst();
  if (!row) return undefined;
  const figures = await db
    .selectFrom('figure')
    .selectAll()
    .where('set_id', '=', figureSetId)
    .orderBy('position')
    .execute();
  const shares = await db
    .selectFrom('figure_share')
    .selectAll()
    .where('set_id', '=', figureSetId)
    .orderBy('country')
    .execute();
  return {
    ...toFigureSet(row),
    figures: figures.map((figure) => ({
      figureId: figure.figure_id as FigureId,
      label: figure.label,
      definition: figure.definition,
      unit: figure.unit as Figure['unit'],
      value: figure.value,
      shares: shares
        .filter((share) => share.figure_id === figure.figure_id)
        .map((share) => ({
          country: share.country as CountryCode,
          reportId: share.report_id as ReportId | null,
          share: share.share,
        })),
    })),
  };
}

/** One figure through the sets of an operation, oldest first. */
export async function figureValues(
  db: Db,
  operationId: OperationId,
  figureId: FigureId,
): Promise<Map<FigureSetId, number>> {
  const rows = await db
    .selectFrom('figure')
    .innerJoin('figure_set', 'figure_set.id', 'figure.set_id')
    .select(['figure.set_id', 'figure.value'])
    .where('figure_set.operation_id', '=', operationId)
    .where('figure.figure_id', '=', figureId)
    .orderBy('figure_set.as_of')
    .orderBy('figure_set.computed_at')
    .execute();
  return new Map(rows.map((row) => [row.set_id as FigureSetId, row.value]));
}

function setsWithRelease(db: Db) {
  return db
    .selectFrom('figure_set')
    .leftJoin('figure_set_release', 'figure_set_release.set_id', 'figure_set.id')
    .selectAll('figure_set')
    .select(['figure_set_release.released_by', 'released_by_name', 'released_at', 'withheld'])
    .orderBy('as_of', 'desc')
    .orderBy('computed_at', 'desc');
}

type SetRow = FigureSetTable & {
  [Column in 'released_by' | 'released_by_name' | 'released_at' | 'withheld']:
    | FigureSetReleaseTable[Column]
    | null;
};

function toFigureSet(row: SetRow): FigureSet {
  const { released_by, released_by_name, released_at, withheld } = row;
  const released = released_by !== null && released_by_name !== null && released_at !== null;
  return {
    figureSetId: row.id as FigureSetId,
    operationId: row.operation_id as OperationId,
    kind: row.kind,
    asOf: row.as_of,
    computedAt: row.computed_at,
    computedBy: row.computed_by,
    digest: row.digest,
    checks: row.checks,
    passed: row.passed,
    release: released
      ? {
          releasedBy: released_by,
          releasedByName: released_by_name,
          releasedAt: released_at,
          withheld: withheld ?? [],
        }
      : undefined,
  };
}
