import { NativeSelect } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { countryName } from '#core/countries.ts';
import type { CurveView } from '#observations/retention/schemas.ts';
import { useFreezeCurve } from '#web/api/retention.ts';
import { t } from '#web/messages/messages.ts';
import { Columns } from '#web/parts/columns.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { CurveChart } from './curve-chart.tsx';
import { CurveCountries } from './curve-countries.tsx';
import { CurveTable } from './curve-table.tsx';
import { CurveWork } from './curve-work.tsx';
import classes from './freeze-curve-page.module.css';
import { RetentionTabs } from './retention-tabs.tsx';

const TRANSITS = [0, 1, 2, 3, 5, 7, 14, 30];
const DEFAULT_TRANSIT = 1;

/** When should collection stop and packages leave, so that the most targets can still be identified? */
export function FreezeCurvePage() {
  const { country, transit = DEFAULT_TRANSIT } = useSearch({ from: '/$agency/retention/freeze-curve' });
  const curve = useFreezeCurve(transit, country);
  return (
    <>
      <PageHead title={t('curve.title')} lead={t('curve.lead')} />
      <RetentionTabs />
      <Loaded query={curve}>{(data) => <Shown view={data} country={country} />}</Loaded>
    </>
  );
}

function Shown({ view, country }: { view: CurveView; country: string | undefined }) {
  const { curve, transitDays } = view;
  return (
    <Columns
      wide
      side={
        <>
          <CurveWork view={view} />
          {curve && <CurveCountries countries={curve.countries} />}
        </>
      }
    >
      <Panel title={t('curve.chart')} aside={<Choice view={view} country={country} />}>
        {curve ? (
          <div className={classes.curve}>
            {curve.words.map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
            <CurveChart curve={curve} />
          </div>
        ) : (
          <Empty what={t('curve.none')}>{t('curve.noneDo')}</Empty>
        )}
      </Panel>
      {curve && curve.points.length > 0 && (
        <CurveTable key={`${country}-${transitDays}`} points={curve.points} />
      )}
    </Columns>
  );
}

function Choice({ view, country }: { view: CurveView; country: string | undefined }) {
  const navigate = useNavigate({ from: '/$agency/retention/freeze-curve' });
  const change = (next: { country?: string | undefined; transit?: number | undefined }) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true, resetScroll: false });
  const codes = view.curve?.countries.map((one) => one.country ?? 'none') ?? [];
  const known = codes.includes(country ?? '') || country === undefined ? codes : [...codes, country];
  const transits = [...new Set([...TRANSITS, view.transitDays])].toSorted((a, b) => a - b);
  return (
    <div className={`${classes.choice} no-print`}>
      <NativeSelect
        size="xs"
        aria-label={t('curve.byCountry')}
        value={country ?? ''}
        onChange={(event) => change({ country: event.currentTarget.value || undefined })}
        data={[
          { value: '', label: t('list.allCountries') },
          ...known.map((value) => ({
            value,
            label: value === 'none' ? t('observations.unattributed') : countryName(value),
          })),
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label={t('curve.transit')}
        value={String(view.transitDays)}
        onChange={(event) => change({ transit: Number(event.currentTarget.value) })}
        data={transits.map((days) => ({
          value: String(days),
          label: t('curve.transitDays', { count: days }),
        }))}
      />
    </div>
  );
}
