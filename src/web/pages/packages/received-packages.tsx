import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReceivedPackageView } from '#packages/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { useReceivedPackages } from '#web/api/packages.ts';
import { t } from '#web/messages/messages.ts';
import { CountryFilter } from '#web/parts/country-filter.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { RECEIVED_COLUMNS } from './received-columns.tsx';

/** Packages that reached this node: verified, opened, in force or replaced. */
export function ReceivedPackages() {
  const packages = useReceivedPackages();
  return (
    <>
      <PageHead title={t('packages.title')} lead={t('packages.receivingSide')} />
      <Sheet>
        <Loaded query={packages}>{(data) => <Rows packages={data.packages} />}</Loaded>
      </Sheet>
    </>
  );
}

function Rows({ packages }: { packages: readonly ReceivedPackageView[] }) {
  const { sort = 'country', country } = useSearch({ from: '/$agency/packages' });
  const agency = useAgency();
  const navigate = useNavigate({ from: '/$agency/packages' });
  const change = (next: { sort?: string | undefined; country?: string | undefined }) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true, resetScroll: false });
  return (
    <DataTable
      name="received-packages"
      label={t('packages.list')}
      columns={RECEIVED_COLUMNS}
      rows={packages.filter((one) => !country || one.country === country)}
      rowId={({ packageId }) => packageId}
      sort={sort}
      onSort={(next) => change({ sort: next })}
      onOpen={({ packageId }) =>
        void navigate({ to: '/$agency/packages/$id', params: { agency, id: packageId } })
      }
      tools={
        packages.length > 1 && (
          <CountryFilter
            codes={packages.map((one) => one.country)}
            value={country}
            onChange={(code) => change({ country: code })}
          />
        )
      }
      empty={<Empty what={t('packages.emptyReceived')}>{t('packages.emptyReceivedDo')}</Empty>}
    />
  );
}
