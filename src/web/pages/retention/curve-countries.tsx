import { Link } from '@tanstack/react-router';
import { countryName } from '#core/countries.ts';
import type { CurveView } from '#observations/retention/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { count, localDate } from '#web/words/format.ts';

type Country = NonNullable<CurveView['curve']>['countries'][number];

function CountryLink({ country }: Country) {
  const agency = useAgency();
  return (
    <Link
      to="/$agency/retention/freeze-curve"
      params={{ agency }}
      search={(old) => ({ ...old, country: country ?? 'none' })}
    >
      {country === null ? t('observations.unattributed') : countryName(country)}
    </Link>
  );
}

const COLUMNS: readonly DataColumn<Country>[] = [
  { id: 'country', header: t('column.country'), wrap: true, cell: (row) => <CountryLink {...row} /> },
  { id: 'seen', header: t('curve.seen'), end: true, cell: ({ targets }) => count(targets) },
  {
    id: 'best',
    header: t('curve.best'),
    end: true,
    cell: ({ best }) => (best === null ? '–' : `${localDate(best.day, false)}: ${count(best.identifiable)}`),
  },
];

/** Each country with its own best day; the name opens its curve. */
export function CurveCountries({ countries }: { countries: readonly Country[] }) {
  return (
    <Sheet>
      <DataTable
        name="curve-countries"
        label={t('curve.byCountry')}
        heading={t('curve.byCountry')}
        columns={COLUMNS}
        rows={countries}
        rowId={({ country }) => country ?? 'none'}
        empty={null}
      />
    </Sheet>
  );
}
