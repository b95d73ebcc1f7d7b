import type { MessageDetail } from '#exchange/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import classes from './statements.module.css';

/** The alarms of a message's deadline as they were raised; nothing where none was. */
export function Alarms({ alarms }: { alarms: MessageDetail['alarms'] }) {
  if (alarms.length === 0) return null;
  return (
    <Panel title={t('message.alarms')}>
      <ul className={classes.statements}>
        {alarms.map(({ recipient, percent, dueAt, passedOver }) => (
          <li key={`${recipient} ${percent}`}>
            <strong>
              <Agency id={recipient} />
            </strong>
            <span>
              {percent === 100 ? t('message.alarmOver') : t('message.alarm', { percent })} ·{' '}
              <Time at={dueAt} />
              {passedOver && <span className="soft"> · {t('message.passedOver')}</span>}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
