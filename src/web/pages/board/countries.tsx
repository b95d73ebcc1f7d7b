import { SegmentedControl } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Board } from '#results/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import classes from './countries.module.css';
import { CountryTable } from './country-table.tsx';
import { Legend } from './legend.tsx';
import { type MapView, markOf } from './marks.ts';

const EuropeMap = lazy(() =>
  import('./europe-map.tsx').then(({ EuropeMap: component }) => ({ default: component })),
);

/** The countries twice: where they are, and in a table to sort. */
export function Countries({ board, reports }: { board: Board; reports: boolean }) {
  const search = useSearch({ strict: false });
  const navigate = useNavigate({ from: '/$agency/board' });
  const reported = reports && board.countries.some(({ report }) => report.state !== 'none');
  const asked =
    reports && (search.show === 'packages' || search.show === 'reports') ? search.show : undefined;
  const view: MapView = asked ?? (reported ? 'reports' : 'packages');
  const show = (next: string) =>
    void navigate({ search: (old) => ({ ...old, show: next }), replace: true, resetScroll: false });
  return (
    <div className={classes.countries}>
      <div className={classes.sticky}>
        <Panel
          title={t('board.map')}
          flush
          aside={
            reports && (
              <SegmentedControl
                size="xs"
                aria-label={t('board.mapShows')}
                value={view}
                onChange={show}
                data={[
                  { value: 'packages', label: t('nav.packages') },
                  { value: 'reports', label: t('nav.reports') },
                ]}
              />
            )
          }
        >
          <Suspense fallback={<div className={classes.sea} />}>
            <EuropeMap marks={board.countries.map((country) => markOf(country, view))} />
          </Suspense>
          <Legend board={board} view={view} />
        </Panel>
      </div>
      <Sheet>
        <CountryTable countries={board.countries} reports={reports} />
      </Sheet>
    </div>
  );
}
