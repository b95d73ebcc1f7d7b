import { usePermissions } from '#web/api/referrals.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import { PermissionMark } from './permission-mark.tsx';
import classes from './permissions-of.module.css';
import { PermissionLink } from './referral-link.tsx';

/** The permissions asked for a referral, and what was answered. */
export function PermissionsOf({ referralId }: { referralId: string }) {
  const all = usePermissions().data?.permissions ?? [];
  const own = all.filter((one) => one.referralId === referralId);
  if (own.length === 0) return null;
  return (
    <Panel title={t('permissions.title')}>
      <ul className={classes.permissions}>
        {own.map((permission) => (
          <li key={permission.permissionId}>
            <PermissionLink permissionId={permission.permissionId}>
              {t(`permission.is.${permission.direction}`, { code: permission.code })}
            </PermissionLink>
            <PermissionMark permission={permission} />
            <span className="soft">
              <Time at={permission.answers.at(-1)?.answeredAt ?? permission.askedAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
