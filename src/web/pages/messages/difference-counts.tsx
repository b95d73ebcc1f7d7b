import type { ReconciliationView } from '#exchange/reconciliation/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import classes from './recipients.module.css';

/** Alarms first, then what is open, or that nothing differs. */
export function DifferenceCounts({ counts: { alarms, open } }: { counts: ReconciliationView }) {
  if (alarms + open === 0)
    return <StateMark look={{ shape: 'tick', tone: 'good' }} word={t('counterparts.none')} />;
  return (
    <span className={classes.name}>
      {alarms > 0 && (
        <StateMark
          look={{ shape: 'triangle', tone: 'bad' }}
          word={t('counterparts.alarms', { count: alarms })}
        />
      )}
      {open > 0 && (
        <StateMark look={{ shape: 'half', tone: 'wait' }} word={t('counterparts.open', { count: open })} />
      )}
    </span>
  );
}
