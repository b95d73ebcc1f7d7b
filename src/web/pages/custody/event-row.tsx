import type { CustodyLine } from '#web/api/custody.ts';
import { Time } from '#web/parts/time.tsx';
import { eventWords, factWords } from '#web/words/event-words.ts';
import { count, shortId } from '#web/words/format.ts';
import classes from './event-log.module.css';

interface Props {
  readonly event: CustodyLine;
  readonly index: number;
  /** Distance from the top of the list, in pixels. */
  readonly start: number;
  readonly onOpen: (event: CustodyLine) => void;
}

export function EventRow({ event, index, start, onOpen }: Props) {
  return (
    <div
      role="row"
      aria-rowindex={index + 1}
      data-index={index}
      tabIndex={0}
      className={classes.row}
      style={{ transform: `translateY(${start}px)` }}
      onClick={() => onOpen(event)}
      onKeyDown={(key) => key.key === 'Enter' && onOpen(event)}
    >
      <span role="gridcell">{count(event.sequence)}</span>
      <span role="gridcell">
        <Time at={event.at} />
      </span>
      <span role="gridcell">{eventWords(event.kind)}</span>
      <span role="gridcell" title={event.subject.id}>
        {factWords(event.subject.kind)} <span className="mono soft">{shortId(event.subject.id)}</span>
      </span>
      <span role="gridcell" className="mono" title={event.actor}>
        {event.actor}
      </span>
    </div>
  );
}
