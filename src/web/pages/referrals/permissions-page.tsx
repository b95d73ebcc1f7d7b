import { useNavigate } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { usePermissions } from '#web/api/referrals.ts';
import { t } from '#web/messages/messages.ts';
import { Stack } from '#web/parts/columns.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Overdue } from './overdue.tsx';
import { PERMISSION_COLUMNS } from './permission-columns.tsx';
import { ReferralTabs } from './referral-tabs.tsx';

/** Permissions that this agency asked for, and those asked of it. */
export function PermissionsPage() {
  const permissions = usePermissions();
  const agency = useAgency();
  const navigate = useNavigate();
  return (
    <>
      <PageHead title={t('nav.referrals')} lead={t('permissions.lead')} />
      <ReferralTabs />
      <Stack>
        <Overdue />
        <Sheet>
          <Loaded query={permissions}>
            {(page) => (
              <DataTable
                name="permissions"
                label={t('permissions.title')}
                columns={PERMISSION_COLUMNS}
                rows={page.permissions}
                rowId={({ permissionId }) => permissionId}
                onOpen={({ permissionId }) =>
                  void navigate({
                    to: '/$agency/referrals/permissions/$id',
                    params: { agency, id: permissionId },
                  })
                }
                empty={<Empty what={t('permissions.empty')}>{t('permissions.emptyDo')}</Empty>}
              />
            )}
          </Loaded>
        </Sheet>
      </Stack>
    </>
  );
}
