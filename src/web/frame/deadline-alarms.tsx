import { Link } from '@tanstack/react-router';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { may, useSession } from '#web/api/session.ts';
import { useDeadlines } from '#web/api/tracking.ts';
import { t } from '#web/messages/messages.ts';
import classes from './deadline-clock.module.css';

/** How many receipts are late or near it, for desks that read messages; nothing where none is. */
export function DeadlineAlarms() {
  const reads = may(useSession(), 'exchange.read', useOperation()?.operationId);
  return reads ? <Count /> : null;
}

function Count() {
  const agency = useAgency();
  const { alarms = 0, overdue = 0 } = useDeadlines().data ?? {};
  if (alarms === 0) return null;
  return (
    <Link
      to="/$agency/messages/deadlines"
      params={{ agency }}
      search={{ show: 'alarms' }}
      className={classes.alarms}
      data-over={overdue > 0 || undefined}
    >
      {t('deadlines.count', { count: alarms })}
    </Link>
  );
}
