import type { Check } from '#results/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import classes from './checks.module.css';

/** What was checked before the set may be released. */
export function Checks({ checks }: { checks: readonly Check[] }) {
  return (
    <Panel title={t('set.checks')}>
      <ul className={classes.checks}>
        {checks.map(({ checkId, words, passed, detail }) => (
          <li key={checkId}>
            <StateMark
              look={passed ? { shape: 'tick', tone: 'good' } : { shape: 'triangle', tone: 'bad' }}
              word={t(passed ? 'check.passed' : 'check.failed')}
            />
            <div>
              {words}
              {detail !== '' && <div className="soft">{detail}</div>}
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
