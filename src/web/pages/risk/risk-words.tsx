import type { RiskView } from '#casework/risk-routes.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import { RISK_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import classes from './risk-words.module.css';

/** Every word that was said on a target's risk, newest first; none is ever changed. */
export function RiskWords({ words }: { words: readonly RiskView[] }) {
  return (
    <Panel title={t('risk.words')}>
      <ol className={classes.words}>
        {words.map((word) => (
          <li key={word.alarmId}>
            <StateMark look={RISK_LOOK[word.state]} word={t(`risk.${word.state}`)} />
            <p>{word.reason}</p>
            <p className="soft">
              <Agency id={word.raisedByAgency} /> · <span className="mono">{word.raisedBy}</span> ·{' '}
              <Time at={word.raisedAt} />
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
