import { Link } from '@tanstack/react-router';
import { countryName } from '#core/countries.ts';
import type { PackageView } from '#packages/schemas.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { usePackages } from '#web/api/packages.ts';
import { usePlace } from '#web/api/place.ts';
import { t } from '#web/messages/messages.ts';
import { Agencies } from '#web/parts/agencies.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { PACKAGE_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { count } from '#web/words/format.ts';
import { packageStateOf } from '#web/words/package-state.ts';

/** Each package with its recipients: at the lead as it is composed, elsewhere by who gets one. */
export function PackagesToRelease() {
  return usePlace().lead ? <AtLead /> : <Elsewhere />;
}

function AtLead() {
  const packages = usePackages();
  const coordinator = useOperation()?.coordinator;
  const agency = useAgency();
  const columns: readonly DataColumn<PackageView>[] = [
    {
      id: 'country',
      header: t('column.country'),
      cell: ({ packageId, country }) => (
        <Link to="/$agency/packages/$id" params={{ agency, id: packageId }}>
          {countryName(country)}
        </Link>
      ),
    },
    {
      id: 'to',
      header: t('act.recipients'),
      wrap: true,
      cell: ({ agencyId }) => (
        <Agencies ids={[...new Set([agencyId, ...(coordinator ? [coordinator] : [])])]} />
      ),
    },
    {
      id: 'targets',
      header: t('column.targets'),
      end: true,
      cell: ({ packageId, targetCount }) => (
        <Link to="/$agency/packages/$id" params={{ agency, id: packageId }}>
          {count(targetCount)}
        </Link>
      ),
    },
    {
      id: 'state',
      header: t('column.state'),
      cell: (one) => (
        <StateMark look={PACKAGE_LOOK[packageStateOf(one)]} word={t(`package.${packageStateOf(one)}`)} />
      ),
    },
  ];
  return (
    <Sheet>
      <Loaded query={packages}>
        {(data) => (
          <DataTable
            name="packages-to-release"
            label={t('release.packagesLeave')}
            heading={t('release.packagesLeave')}
            columns={columns}
            rows={data.packages}
            rowId={({ packageId }) => packageId}
            empty={
              <Empty what={t('release.noPackages')}>
                <Link to="/$agency/packages" params={{ agency }}>
                  {t('release.toPackages')}
                </Link>
              </Empty>
            }
          />
        )}
      </Loaded>
    </Sheet>
  );
}

function Elsewhere() {
  const operation = useOperation();
  if (!operation) return null;
  return (
    <Panel title={t('release.packagesLeave')}>
      <p>{t('release.packagesElsewhere', { lead: agencyName(operation, operation.lead) })}</p>
      <p>
        <Agencies ids={operation.participants.map(({ agencyId }) => agencyId)} />
      </p>
    </Panel>
  );
}
