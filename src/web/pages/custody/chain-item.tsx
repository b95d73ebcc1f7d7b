import { Link } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import type { TrailEvent, TrailItem } from '#web/api/trail.ts';
import { t } from '#web/messages/messages.ts';
import { Digest } from '#web/parts/digest.tsx';
import { eventWords, factWords } from '#web/words/event-words.ts';
import { count, shortId, utcTime } from '#web/words/format.ts';
import classes from './chain-page.module.css';
import { kindWords } from './chain-words.ts';

/** One thing: what names it, and every act on it with its place in the log. */
export function ChainItem({ item: { kind, id, facts, events } }: { item: TrailItem }) {
  const agency = useAgency();
  // A figure and a press line are part of their set, whose acts stand there.
  const isPart = kind === 'figure' || kind === 'press-line';
  return (
    <article className={classes.item}>
      <h3>
        <Link to="/$agency/custody/chain" params={{ agency }} search={{ kind, id }} title={id}>
          {kindWords(kind)} <span className="mono">{isPart ? id.split('/')[1] : shortId(id)}</span>
        </Link>
        {Object.entries(facts).map(
          ([name, value]) =>
            value !== null && (
              <span key={name} className={classes.fact}>
                <span className="soft">{factWords(name)}</span> <FactValue value={value} />
              </span>
            ),
        )}
      </h3>
      {events.length > 0 ? (
        <Events events={events} />
      ) : (
        !isPart && <p className="soft">{t('trail.noEvents')}</p>
      )}
    </article>
  );
}

function FactValue({ value }: { value: string | number }) {
  if (typeof value === 'number') return count(value);
  if (/^[0-9a-f]{40,128}$/.test(value)) return <Digest value={value} />;
  return /^\d{4}-\d\d-\d\dT/.test(value) ? utcTime(value) : value;
}

function Events({ events }: { events: readonly TrailEvent[] }) {
  return (
    <table className={classes.events}>
      <thead>
        <tr>
          <th>{t('column.number')}</th>
          <th>{t('column.time')}</th>
          <th>{t('trail.column.what')}</th>
          <th>{t('column.actor')}</th>
          <th>{t('trail.column.leaf')}</th>
          <th>{t('trail.column.state')}</th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr key={event.sequence}>
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
        ))}
      </tbody>
    </table>
  );
}
