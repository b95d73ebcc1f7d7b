import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import type { TrailEvent, TrailItem } from '#web/api/trail.ts';
import { t } from '#web/messages/messages.ts';
import { Digest } from '#web/parts/digest.tsx';
import { eventWords, factWords } from '#web/words/event-words.ts';
import { count, utcTime } from '#web/words/format.ts';
import classes from './chain-page.module.css';
import { kindWords, nameOf } from './chain-words.ts';

/** One thing: what names it, and every act on it with its place in the log. */
export function ChainItem({ item: { kind, id, facts, events } }: { item: TrailItem }) {
  const agency = useAgency();
  return (
    <tbody>
      <tr className={classes.item}>
        <th colSpan={6} scope="rowgroup">
          <Link to="/$agency/custody/chain" params={{ agency }} search={{ kind, id }} title={id}>
            {kindWords(kind)}{' '}
            <span className="mono">
              <span className={classes.short}>{nameOf(id)}</span>
              <span className={classes.whole}>{id}</span>
            </span>
          </Link>
          {Object.entries(facts).map(
            ([name, value]) =>
              value !== null && (
                <span key={name} className={classes.fact}>
                  <span className="soft">{factWords(name)}</span> <FactValue value={value} />
                </span>
              ),
          )}
        </th>
      </tr>
      {events.map((event) => (
        <Act key={event.sequence} event={event} />
      ))}
    </tbody>
  );
}

function Act({ event }: { event: TrailEvent }) {
  return (
    <tr>
      <td>{count(event.sequence)}</td>
      <td>{utcTime(event.at)}</td>
      <td>
        {eventWords(event.kind)}
        {event.erased && <span className="soft"> · {t('trail.erased')}</span>}
      </td>
      <td className="mono">{event.actor}</td>
      <td>{event.leaf === null ? '–' : count(event.leaf)}</td>
      <td>{t(`trail.state.${event.state}`)}</td>
    </tr>
  );
}

function FactValue({ value }: { value: string | number }) {
  if (typeof value === 'number') return count(value);
  if (/^[0-9a-f]{40,128}$/.test(value))
    return (
      <>
        <span className={classes.short}>
          <Digest value={value} />
        </span>
        <span className={`mono ${classes.whole}`}>{value}</span>
      </>
    );
  return /^\d{4}-\d\d-\d\dT/.test(value) ? utcTime(value) : value;
}
