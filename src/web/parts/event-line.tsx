import type { CustodyLine } from '#web/api/custody.ts';
import { t } from '#web/messages/messages.ts';
import { eventWords, factWords } from '#web/words/event-words.ts';
import classes from './event-line.module.css';
import { Time } from './time.tsx';

/** One act of the custody log: what, when, who, and what proves it. */
export function EventLine({ event }: { event: CustodyLine }) {
  return (
    <article className={classes.event}>
      <h3>{eventWords(event.kind)}</h3>
      <p className="soft">
        <Time at={event.at} /> · <span className="mono">{event.actor}</span> ·{' '}
        {t('custody.number', { sequence: event.sequence })}
      </p>
      <dl className={classes.facts}>
        {Object.entries(event.facts).map(([name, value]) => (
          <div key={name}>
            <dt>{factWords(name)}</dt>
            <dd className="mono">{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
}
