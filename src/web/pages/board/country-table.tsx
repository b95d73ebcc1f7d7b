import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { BoardCountry } from '#results/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { COUNTRY_COLUMNS } from './country-columns.tsx';

/** One row a country: package, report, counts. Every number opens what it counts. */
export function CountryTable({ countries }: { countries: readonly BoardCountry[] }) {
  const agency = useAgency();
  const navigate = useNavigate({ from: '/$agency/board' });
  const { sort } = useSearch({ strict: false });
  return (
    <DataTable
      name="board-countries"
      label={t('board.countries')}
      columns={COUNTRY_COLUMNS}
      rows={countries}
      rowId={({ country }) => country}
      sort={sort}
      onSort={(next) =>
        void navigate({ search: (old) => ({ ...old, sort: next }), replace: true, resetScroll: false })
      }
      onOpen={({ country }) =>
        void navigate({ to: '/$agency/packages', params: { agency }, search: { country } })
      }
      tools={
        <Link to="/$agency/reports" params={{ agency }}>
          {t('board.allReports')}
        </Link>
      }
      empty={<Empty what={t('board.noCountries')} />}
    />
  );
}
