import { Link } from '@tanstack/react-router';
import { useApprovals } from '#web/api/approvals.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import classes from './deadline-clock.module.css';

/** How many proposals wait for this officer's word; nothing where none does. */
export function ApprovalCount() {
  const agency = useAgency();
  const proposals = useApprovals({ over: false }).data?.proposals ?? [];
  const waiting = proposals.filter(({ state, mayDecide }) => state === 'open' && mayDecide).length;
  if (waiting === 0) return null;
  return (
    <Link to="/$agency/approvals" params={{ agency }} className={classes.alarms}>
      {t('approvals.count', { count: waiting })}
    </Link>
  );
}
