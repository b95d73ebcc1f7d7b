import { useNavigate, useSearch } from '@tanstack/react-router';
import type { BoardCountry } from '#results/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { COUNTRY_COLUMNS, PACKAGE_COLUMNS } from './country-columns.tsx';

/** One row a country: package, report, counts. Every number opens what it counts. */
export function CountryTable({
  countries,
  reports,
}: {
  countries: readonly BoardCountry[];
  reports: boolean;
}) {
  const agency = useAgency();
  const navigate = useNavigate({ from: '/$agency/board' });
  const { sort } = useSearch({ strict: false });
  return (
    <DataTable
      name={reports ? 'board-countries' : 'board-packages'}
      label={t('board.countries')}
      heading={t('board.countries')}
      columns={reports ? COUNTRY_COLUMNS : PACKAGE_COLUMNS}
      rows={countries}
      rowId={({ country }) => country}
      sort={sort}
      onSort={(next) =>
        void navigate({ search: (old) => ({ ...old, sort: next }), replace: true, resetScroll: false })
      }
      onOpen={({ country }) =>
        void navigate({ to: '/$agency/packages', params: { agency }, search: { country } })
      }
      empty={<Empty what={t('board.noCountries')} />}
    />
  );
}
