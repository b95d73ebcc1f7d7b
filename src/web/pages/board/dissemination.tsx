import { Link } from '@tanstack/react-router';
import type { Board } from '#results/schemas.ts';
import { useNow } from '#web/api/clock.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Changed } from '#web/parts/changed.tsx';
import { Time } from '#web/parts/time.tsx';
import { clockFace, duration } from '#web/words/format.ts';
import classes from './dissemination.module.css';

type Clock = Board['clock'];

/** The clock of dissemination: from the first package sent to the last receipt. */
export function Dissemination({ clock }: { clock: Clock }) {
  const agency = useAgency();
  return (
    <section className={classes.clock} aria-label={t('board.clock')}>
      <ClockFace clock={clock} />
      <p>
        <Link to="/$agency/packages" params={{ agency }} search={{ state: 'acknowledged' }}>
          <Changed value={clock.acknowledged}>
            {t('board.receipts', { acknowledged: clock.acknowledged, expected: clock.expected })}
          </Changed>
        </Link>
      </p>
      <p className="soft">
        {clock.deadlineAt !== null && (
          <>
            {t('board.deadline')} <Time at={clock.deadlineAt} />
          </>
        )}
      </p>
    </section>
  );
}

function ClockFace({ clock }: { clock: Clock }) {
  const now = useNow();
  if (clock.startedAt === null || clock.deadlineAt === null)
    return <h2 className={classes.calm}>{t('board.clockNotStarted')}</h2>;
  if (clock.stoppedAt !== null) {
    const took = duration(Date.parse(clock.stoppedAt) - Date.parse(clock.startedAt));
    const late = clock.stoppedAt > clock.deadlineAt;
    return (
      <h2 className={classes.calm}>
        {t(late ? 'board.clockStoppedLate' : 'board.clockStopped', { duration: took })}
      </h2>
    );
  }
  const left = Date.parse(clock.deadlineAt) - now;
  return (
    <h2 className={classes.running} data-over={left < 0 || undefined}>
      <span role="timer">{clockFace(left)}</span>{' '}
      <small>{t(left < 0 ? 'board.clockOver' : 'board.clockLeft')}</small>
    </h2>
  );
}
