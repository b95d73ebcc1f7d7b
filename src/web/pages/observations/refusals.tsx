import type { ImportRow } from '#observations/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { factWords } from '#web/words/event-words.ts';
import { count } from '#web/words/format.ts';
import classes from './refusals.module.css';

/** Refused rows by reason, over all imports. Nothing is dropped without one. */
export function Refusals({ imports }: { imports: readonly ImportRow[] }) {
  const byReason = new Map<string, number>();
  for (const { refusals } of imports)
    for (const [reason, rows] of Object.entries(refusals))
      byReason.set(reason, (byReason.get(reason) ?? 0) + rows);
  if (byReason.size === 0) return null;
  return (
    <Panel title={t('observations.reasons')}>
      <dl className={classes.reasons}>
        {[...byReason]
          .toSorted(([, a], [, b]) => b - a)
          .map(([reason, rows]) => (
            <div key={reason}>
              <dt>{factWords(reason)}</dt>
              <dd>{count(rows)}</dd>
            </div>
          ))}
      </dl>
    </Panel>
  );
}
