import { Link } from '@tanstack/react-router';
import { countryName } from '#core/countries.ts';
import type { CountryTotals } from '#observations/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { count } from '#web/words/format.ts';
import classes from './country-bars.module.css';

/** Targets by country, the most first; each number opens its targets. */
export function CountryBars({ countries }: CountryTotals) {
  const agency = useAgency();
  const sorted = countries.toSorted((a, b) => b.targets - a.targets);
  const most = Math.max(1, ...sorted.map(({ targets }) => targets));
  return (
    <ol className={classes.bars}>
      {sorted.map(({ country, targets }) => (
        <li key={country ?? 'none'}>
          <span>{country === null ? t('observations.unattributed') : countryName(country)}</span>
          <span className={classes.bar} aria-hidden="true">
            <i style={{ width: `${(100 * targets) / most}%` }} />
          </span>
          <Link to="/$agency/targets" params={{ agency }} search={{ country: country ?? 'none' }}>
            {count(targets)}
          </Link>
        </li>
      ))}
    </ol>
  );
}
