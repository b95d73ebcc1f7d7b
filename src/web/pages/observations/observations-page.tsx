import { useNavigate } from '@tanstack/react-router';
import { useCountryTotals, useImports, useSources } from '#web/api/observations.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { AddressLookup } from './address-lookup.tsx';
import { CountryBars } from './country-bars.tsx';
import { IMPORT_COLUMNS } from './import-columns.tsx';
import classes from './observations-page.module.css';
import { ObservationsTabs } from './observations-tabs.tsx';
import { Refusals } from './refusals.tsx';
import { SOURCE_COLUMNS } from './source-columns.tsx';

/** The imported logs, what of them was refused and why, and where addresses are looked up. */
export function ObservationsPage() {
  const imports = useImports();
  const sources = useSources();
  const countries = useCountryTotals();
  const agency = useAgency();
  const navigate = useNavigate();
  const why = whyNot(useSession(), 'observations.import', useOperation()?.operationId);
  return (
    <>
      <PageHead
        title={t('observations.title')}
        lead={t('observations.lead')}
        actions={
          <ActButton
            why={why}
            onClick={() => void navigate({ to: '/$agency/observations/import', params: { agency } })}
          >
            {t('import.title')}
          </ActButton>
        }
      />
      <ObservationsTabs />
      <div className={classes.page}>
        <Sheet>
          <Loaded query={imports}>
            {(data) => (
              <DataTable
                name="imports"
                label={t('observations.imports')}
                heading={t('observations.imports')}
                columns={IMPORT_COLUMNS}
                rows={data.imports}
                rowId={({ importId }) => importId}
                empty={
                  <Empty what={t('observations.empty')}>
                    <code>{t('observations.emptyDo')}</code>
                  </Empty>
                }
              />
            )}
          </Loaded>
        </Sheet>
        <div className={classes.columns}>
          <Panel title={t('observations.byCountry')}>
            <Loaded query={countries}>{(data) => <CountryBars countries={data.countries} />}</Loaded>
          </Panel>
          <div className={classes.side}>
            <Loaded query={imports}>{(data) => <Refusals imports={data.imports} />}</Loaded>
            <Sheet>
              <Loaded query={sources}>
                {(data) => (
                  <DataTable
                    name="sources"
                    label={t('observations.sources')}
                    heading={t('observations.sources')}
                    columns={SOURCE_COLUMNS}
                    rows={data.sources}
                    rowId={({ snapshotId }) => snapshotId}
                    empty={<Empty what={t('observations.noSources')} />}
                  />
                )}
              </Loaded>
            </Sheet>
            <p className="soft">
              <code>{t('observations.loadDo')}</code>
            </p>
            <AddressLookup />
          </div>
        </div>
      </div>
    </>
  );
}
