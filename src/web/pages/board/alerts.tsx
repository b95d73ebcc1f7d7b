import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { Alert } from '#results/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { Until } from '#web/parts/until.tsx';
import { ALERT_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { AlertLink } from './alert-link.tsx';
import classes from './alerts.module.css';

const SHOWN = 6;

/** What is due and what is wrong, most urgent first: whom to call. */
export function Alerts({ alerts }: { alerts: readonly Alert[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? alerts : alerts.slice(0, SHOWN);
  return (
    <Panel
      title={t('board.alerts')}
      aside={
        alerts.length > 0 && <span className="soft">{t('board.alertCount', { count: alerts.length })}</span>
      }
      flush
    >
      {alerts.length === 0 && <p className={classes.quiet}>{t('board.noAlerts')}</p>}
      <ol className={classes.alerts}>
        {shown.map((alert) => (
          <li key={`${alert.kind} ${alert.country} ${alert.opens.id}`} className={classes.alert}>
            <StateMark look={ALERT_LOOK[alert.kind]} word={t(`alert.${alert.kind}`)} />
            <AlertLink alert={alert} />
            {alert.dueAt !== null && (
              <span className="soft">
                <Until at={alert.dueAt} />
              </span>
            )}
          </li>
        ))}
      </ol>
      {alerts.length > SHOWN && (
        <UnstyledButton className={classes.more} onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? t('board.fewerAlerts') : t('board.moreAlerts', { count: alerts.length - SHOWN })}
        </UnstyledButton>
      )}
    </Panel>
  );
}
