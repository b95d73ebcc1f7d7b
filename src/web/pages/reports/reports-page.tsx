import { Checkbox } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReportsPage as Reports } from '#casework/schemas.ts';
import { useReports } from '#web/api/casework.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { CountryFilter } from '#web/parts/country-filter.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Contradictions } from './contradictions.tsx';
import { REPORT_COLUMNS } from './report-columns.tsx';
import classes from './reports-page.module.css';

/** What each country states: the standing reports, and on demand every version. */
export function ReportsPage() {
  const reports = useReports();
  return (
    <>
      <PageHead title={t('reports.title')} lead={t('reports.lead')} />
      <Loaded query={reports}>
        {(data) => (
          <div className={classes.page}>
            {data.contradictions.length > 0 && <Contradictions contradictions={data.contradictions} />}
            <Sheet>
              <Table reports={data.reports} />
            </Sheet>
          </div>
        )}
      </Loaded>
    </>
  );
}

function Table({ reports }: Pick<Reports, 'reports'>) {
  const { sort, country, superseded } = useSearch({ from: '/$agency/reports' });
  const agency = useAgency();
  const navigate = useNavigate({ from: '/$agency/reports' });
  const change = (next: {
    sort?: string | undefined;
    country?: string | undefined;
    superseded?: true | undefined;
  }) => void navigate({ search: (old) => ({ ...old, ...next }), replace: true, resetScroll: false });
  const shown = reports.filter(
    (report) => (superseded || report.standing) && (!country || report.country === country),
  );
  return (
    <DataTable
      name="reports"
      label={t('reports.list')}
      columns={REPORT_COLUMNS}
      rows={shown}
      rowId={({ reportId }) => reportId}
      sort={sort ?? 'country'}
      onSort={(next) => change({ sort: next })}
      onOpen={({ reportId }) =>
        void navigate({ to: '/$agency/reports/$id', params: { agency, id: reportId } })
      }
      tools={
        <>
          <CountryFilter
            codes={reports.map((report) => report.country)}
            value={country}
            onChange={(next) => change({ country: next })}
          />
          <Checkbox
            size="xs"
            label={t('reports.superseded')}
            checked={superseded ?? false}
            onChange={(event) => change({ superseded: event.currentTarget.checked || undefined })}
          />
        </>
      }
      empty={<Empty what={t('reports.empty')}>{t('reports.emptyDo')}</Empty>}
    />
  );
}
