import { useBoard } from '#web/api/board.ts';
import { useNow } from '#web/api/clock.ts';
import { t } from '#web/messages/messages.ts';
import { clockFace, utcTime } from '#web/words/format.ts';
import classes from './deadline-clock.module.css';

/** The next deadline of the operation, counting down; nothing where none runs. */
export function DeadlineClock() {
  const clock = useBoard().data?.clock;
  if (!clock?.deadlineAt || clock.stoppedAt !== null) return null;
  return <Countdown deadlineAt={clock.deadlineAt} />;
}

function Countdown({ deadlineAt }: { deadlineAt: string }) {
  const left = Date.parse(deadlineAt) - useNow();
  return (
    <span className={classes.clock} data-over={left < 0 || undefined} title={utcTime(deadlineAt)}>
      <span className={classes.label}>{t('frame.nextDeadline')}</span>
      <span className={classes.face} role="timer">
        {left < 0 && '+'}
        {clockFace(left)}
      </span>
    </span>
  );
}
