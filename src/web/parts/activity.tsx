import { t } from '#web/messages/messages.ts';
import { localDate } from '#web/words/format.ts';
import classes from './activity.module.css';

const HEIGHT = 48;
const DAY_MS = 86_400_000;

/** Observations a day, one bar a day, gaps shown as gaps. */
export function Activity({ days }: { days: readonly { day: string; observations: number }[] }) {
  const first = days[0];
  const last = days.at(-1);
  if (!first || !last) return null;
  const start = Date.parse(first.day);
  const span = Math.round((Date.parse(last.day) - start) / DAY_MS) + 1;
  const most = Math.max(...days.map(({ observations }) => observations));
  return (
    <figure className={classes.activity}>
      <svg
        viewBox={`0 0 ${span} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('target.activity')}
      >
        {days.map(({ day, observations }) => {
          const height = Math.max(2, (HEIGHT * observations) / most);
          return (
            <rect
              key={day}
              x={(Date.parse(day) - start) / DAY_MS + 0.1}
              y={HEIGHT - height}
              width="0.8"
              height={height}
            >
              <title>{t('target.onDay', { count: observations, day: localDate(day, false) })}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption className="soft">
        <span>{localDate(first.day, true)}</span>
        <span>{t('target.activity')}</span>
        <span>{localDate(last.day, true)}</span>
      </figcaption>
    </figure>
  );
}
