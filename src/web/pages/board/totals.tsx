import { Link } from '@tanstack/react-router';
import type { Board } from '#results/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Changed } from '#web/parts/changed.tsx';
import { count } from '#web/words/format.ts';
import classes from './totals.module.css';

/** Sums over the reports as they stand: for work, not for publication. */
export function Totals({ totals, positive }: { totals: Board['totals']; positive: number }) {
  const numbers = [
    [t('total.suspectsIdentified'), totals.suspectsIdentified],
    [t('total.suspectsArrested'), totals.suspectsArrested],
    [t('total.victimsSafeguarded'), totals.victimsSafeguarded],
    [t('total.countriesPositive'), positive],
  ] as const;
  const agency = useAgency();
  return (
    <section className={classes.totals} aria-label={t('board.totals')}>
      <dl>
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <Link to="/$agency/reports" params={{ agency }}>
                <Changed value={value}>{count(value)}</Changed>
              </Link>
            </dd>
          </div>
        ))}
      </dl>
      <p className="soft">{t('board.totalsNote')}</p>
    </section>
  );
}
