import { t } from '#web/messages/messages.ts';
import { points } from '#web/words/format.ts';
import classes from './reasons.module.css';

export interface Reason {
  readonly feature: string;
  readonly words: string;
  readonly points: number;
}

/** A score opened into words: each reason with its share, the largest first. */
export function Reasons({ score, reasons }: { score: number; reasons: readonly Reason[] }) {
  const sorted = reasons.toSorted((a, b) => b.points - a.points);
  const most = Math.max(1, ...sorted.map((reason) => Math.abs(reason.points)));
  return (
    <section>
      <h3>{t('target.score', { score: points(score) })}</h3>
      <ol className={classes.reasons}>
        {sorted.map((reason) => (
          <li key={reason.feature}>
            <span className={classes.points}>{points(reason.points)}</span>
            <span className={classes.bar} aria-hidden="true">
              <i style={{ width: `${(100 * Math.abs(reason.points)) / most}%` }} />
            </span>
            <span>{reason.words}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
