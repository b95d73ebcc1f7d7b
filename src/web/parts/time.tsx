import { localDate, localTime, utcTime } from '#web/words/format.ts';

/** A moment: the reader's local time, UTC on hover. */
export function Time({ at, day = false }: { at: string; day?: boolean }) {
  return (
    <time dateTime={at} title={utcTime(at)}>
      {day ? localDate(at) : localTime(at)}
    </time>
  );
}
