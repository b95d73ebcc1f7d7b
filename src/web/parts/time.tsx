import { use } from 'react';
import { ClockContext } from '#web/api/clock.ts';
import { localDate, localTime, utcTime } from '#web/words/format.ts';
import classes from './time.module.css';

/** A moment: the reader's local time, UTC on hover. The year is said where it is not the node's present one. */
export function Time({ at, day = false }: { at: string; day?: boolean }) {
  const thisYear = new Date(use(ClockContext).nodeMs).getFullYear();
  const year = new Date(at).getFullYear() !== thisYear;
  return (
    <time dateTime={at} title={utcTime(at)} className={classes.time}>
      {day ? localDate(at, year) : localTime(at, year)}
    </time>
  );
}
