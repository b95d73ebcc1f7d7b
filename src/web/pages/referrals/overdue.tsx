import type { OverduePage } from '#referrals/schemas.ts';
import { useOverdue } from '#web/api/referrals.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Until } from '#web/parts/until.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import classes from './overdue.module.css';
import { PermissionLink, RequestLink, SeriesLink } from './referral-link.tsx';

type Row = OverduePage['overdue'][number];

/** What somebody owes and has not given in time; nothing where all is in time. */
export function Overdue() {
  const overdue = useOverdue().data?.overdue ?? [];
  if (overdue.length === 0) return null;
  return (
    <Panel title={t('referrals.overdue')}>
      <ul className={classes.overdue}>
        {overdue.map((row) => (
          <li key={`${row.awaited} ${row.id}`}>
            <StateMark look={{ shape: 'triangle', tone: 'bad' }} word={t('referrals.isOverdue')} />
            <Awaited row={row} />
            <span className="soft">
              <Agency id={row.from} />, <Until at={row.dueAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Awaited({ row: { awaited, id } }: { row: Row }) {
  const words = t(`awaited.${awaited}`);
  if (awaited === 'permission') return <PermissionLink permissionId={id}>{words}</PermissionLink>;
  if (awaited === 'eurojust-answer') return <RequestLink requestId={id}>{words}</RequestLink>;
  return <SeriesLink seriesId={id}>{words}</SeriesLink>;
}
