import { NativeSelect } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { PackageView } from '#packages/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { usePackages } from '#web/api/packages.ts';
import { t } from '#web/messages/messages.ts';
import { CountryFilter } from '#web/parts/country-filter.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { PACKAGE_LOOK, type PackageState } from '#web/state/looks.ts';
import { packageStateOf } from '#web/words/package-state.ts';
import { LeadActions } from './lead-actions.tsx';
import { PACKAGE_COLUMNS } from './package-columns.tsx';

/** The lead's packages, one a country, with what becomes of each. */
export function LeadPackages() {
  const packages = usePackages();
  return (
    <>
      <PageHead
        title={t('packages.title')}
        lead={t('packages.leadSide')}
        actions={packages.data && <LeadActions packages={packages.data.packages} />}
      />
      <Sheet>
        <Loaded query={packages}>{(data) => <Rows packages={data.packages} />}</Loaded>
      </Sheet>
    </>
  );
}

function Rows({ packages }: { packages: readonly PackageView[] }) {
  const { sort = 'country', country, state } = useSearch({ from: '/$agency/packages' });
  const agency = useAgency();
  const navigate = useNavigate({ from: '/$agency/packages' });
  const change = (next: {
    sort?: string | undefined;
    country?: string | undefined;
    state?: string | undefined;
  }) => void navigate({ search: (old) => ({ ...old, ...next }), replace: true, resetScroll: false });
  const shown = packages.filter(
    (one) => (!country || one.country === country) && (!state || packageStateOf(one) === state),
  );
  return (
    <DataTable
      name="packages"
      label={t('packages.list')}
      columns={PACKAGE_COLUMNS}
      rows={shown}
      rowId={({ packageId }) => packageId}
      sort={sort}
      onSort={(next) => change({ sort: next })}
      onOpen={({ packageId }) =>
        void navigate({ to: '/$agency/packages/$id', params: { agency, id: packageId } })
      }
      tools={
        <>
          <CountryFilter
            codes={packages.map((one) => one.country)}
            value={country}
            onChange={(code) => change({ country: code })}
          />
          <NativeSelect
            size="xs"
            aria-label={t('column.state')}
            value={state ?? ''}
            onChange={(event) => change({ state: event.currentTarget.value || undefined })}
            data={[
              { value: '', label: t('packages.anyState') },
              ...(Object.keys(PACKAGE_LOOK) as PackageState[])
                .filter((value) => value !== 'none' && value !== 'received')
                .map((value) => ({ value, label: t(`package.${value}`) })),
            ]}
          />
        </>
      }
      empty={<Empty what={t('packages.empty')}>{t('packages.emptyDo')}</Empty>}
    />
  );
}
