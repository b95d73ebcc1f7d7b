import type { PermissionView } from '#referrals/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Time } from '#web/parts/time.tsx';
import { Until } from '#web/parts/until.tsx';
import { PermissionMark } from './permission-mark.tsx';
import { PermissionLink } from './referral-link.tsx';

export const PERMISSION_COLUMNS: readonly DataColumn<PermissionView>[] = [
  {
    id: 'what',
    header: t('permission.what'),
    wrap: true,
    cell: ({ permissionId, direction, code }) => (
      <PermissionLink permissionId={permissionId}>{t(`permission.is.${direction}`, { code })}</PermissionLink>
    ),
  },
  { id: 'requester', header: t('permission.requester'), cell: ({ requester }) => <Agency id={requester} /> },
  { id: 'provider', header: t('permission.provider'), cell: ({ provider }) => <Agency id={provider} /> },
  { id: 'recipient', header: t('permission.recipient'), cell: ({ recipient }) => <Agency id={recipient} /> },
  {
    id: 'state',
    header: t('column.state'),
    cell: (permission) => <PermissionMark permission={permission} />,
  },
  { id: 'asked', header: t('permission.askedAt'), cell: ({ askedAt }) => <Time at={askedAt} /> },
  {
    id: 'due',
    header: t('column.deadline'),
    cell: ({ dueAt, granted }) => (granted === null ? <Until at={dueAt} /> : <Time at={dueAt} />),
  },
];
