import type { BoardCountry } from '#results/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Size } from '#web/parts/size.tsx';
import { Time } from '#web/parts/time.tsx';
import { PACKAGE_LOOK, REPORT_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { CountryLink } from './country-link.tsx';
import { ReportNumber } from './report-number.tsx';

/** Orders of urgency, so that sorting by state puts what needs a call first. */
const PACKAGE_ORDER = Object.keys(PACKAGE_LOOK).toReversed();
const REPORT_ORDER = Object.keys(REPORT_LOOK);

export const COUNTRY_COLUMNS: readonly DataColumn<BoardCountry>[] = [
  {
    id: 'country',
    header: t('column.country'),
    value: ({ name }) => name,
    cell: (row) => <CountryLink country={row.country} name={row.name} />,
  },
  {
    id: 'package',
    header: t('column.package'),
    value: (row) => PACKAGE_ORDER.indexOf(row.package.state),
    cell: (row) => (
      <StateMark
        look={PACKAGE_LOOK[row.package.state]}
        word={t(`package.${row.package.state}`)}
        title={row.package.refusal ?? undefined}
      />
    ),
  },
  {
    id: 'packageAt',
    header: t('column.packageAt'),
    spare: true,
    value: (row) => row.package.at,
    cell: (row) => row.package.at && <Time at={row.package.at} />,
  },
  {
    id: 'report',
    header: t('column.report'),
    value: (row) => REPORT_ORDER.indexOf(row.report.state),
    cell: (row) => <StateMark look={REPORT_LOOK[row.report.state]} word={t(`report.${row.report.state}`)} />,
  },
  {
    id: 'targets',
    header: t('column.targets'),
    end: true,
    value: (row) => row.package.targets,
    cell: (row) =>
      row.package.targets !== null && (
        <CountryLink country={row.country} name={String(row.package.targets)} />
      ),
  },
  {
    id: 'identified',
    header: t('column.identified'),
    end: true,
    value: (row) => row.report.totals?.suspectsIdentified ?? null,
    cell: (row) => <ReportNumber row={row} of="suspectsIdentified" />,
  },
  {
    id: 'arrested',
    header: t('column.arrested'),
    end: true,
    value: (row) => row.report.totals?.suspectsArrested ?? null,
    cell: (row) => <ReportNumber row={row} of="suspectsArrested" />,
  },
  {
    id: 'victims',
    header: t('column.victims'),
    end: true,
    spare: true,
    value: (row) => row.report.totals?.victimsSafeguarded ?? null,
    cell: (row) => <ReportNumber row={row} of="victimsSafeguarded" />,
  },
  {
    id: 'seized',
    header: t('column.seized'),
    end: true,
    spare: true,
    value: (row) => row.report.totals?.bytesSeized ?? null,
    cell: (row) => row.report.totals && <Size bytes={row.report.totals.bytesSeized} />,
  },
];

/** For a board that knows no reports: when each package got where it is, instead. */
export const PACKAGE_COLUMNS = COUNTRY_COLUMNS.filter(({ id }) =>
  ['country', 'package', 'packageAt', 'targets'].includes(id),
).map((column) => ({ ...column, spare: false }));
