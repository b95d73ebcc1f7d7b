import { Link } from '@tanstack/react-router';
import type { BoardCountry } from '#results/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { Changed } from '#web/parts/changed.tsx';
import { count } from '#web/words/format.ts';

type Counted = 'suspectsIdentified' | 'suspectsArrested' | 'victimsSafeguarded';

/** A number of a country's standing report, which opens that report. */
export function ReportNumber({ row, of }: { row: BoardCountry; of: Counted }) {
  const agency = useAgency();
  const { totals, reportId } = row.report;
  if (!totals || reportId === null) return null;
  return (
    <Link to="/$agency/reports/$id" params={{ agency, id: reportId }}>
      <Changed value={totals[of]}>{count(totals[of])}</Changed>
    </Link>
  );
}
