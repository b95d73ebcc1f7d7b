import type { DecisionRow } from '#crossmatch/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Done } from '#web/parts/done.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { HIT_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import classes from './decision-history.module.css';

/** Every decision on a hit, newest first; none is ever changed. */
export function DecisionHistory({ history }: { history: readonly DecisionRow[] }) {
  return (
    <Panel title={t('decide.history')}>
      {history.length === 0 && <p className="soft">{t('decide.none')}</p>}
      <ol className={classes.decisions}>
        {history.map((row) => (
          <li key={row.version}>
            <StateMark look={HIT_LOOK[row.decision]} word={t(`hit.${row.decision}`)} />
            <p>{row.reason}</p>
            <p className="soft">
              {t('case.version', { version: row.version })} · <Done at={row.decidedAt} by={row.decidedBy} />
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
