import { Link } from '@tanstack/react-router';
import type { Board } from '#results/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Changed } from '#web/parts/changed.tsx';
import { count } from '#web/words/format.ts';
import { phasesOf } from './phase-counts.ts';
import classes from './phases.module.css';

/** How far the operation is: each link of the chain with how many countries have passed it, as far as this node knows. */
export function Phases({ board, reports }: { board: Board; reports: boolean }) {
  const agency = useAgency();
  return (
    <section aria-label={t('board.phase')}>
      <ol className={classes.phases}>
        {phasesOf(board, reports).map(({ key, done, of, to, state, now }) => (
          <li
            key={key}
            className={classes.phase}
            data-now={now || undefined}
            aria-current={now ? 'step' : undefined}
          >
            <span className={classes.bar} aria-hidden="true">
              <i style={{ width: of > 0 ? `${(100 * done) / of}%` : 0 }} />
            </span>
            <span className={classes.name}>{t(`phase.${key}`)}</span>
            <Link to={to} params={{ agency }} search={state ? { state } : {}} className={classes.count ?? ''}>
              <Changed value={done}>{count(done)}</Changed> <small>{t('board.of', { count: of })}</small>
            </Link>
          </li>
        ))}
      </ol>
    </section>
  );
}
