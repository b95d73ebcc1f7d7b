import type { ServiceAccountView } from '#access/service-account/schemas.ts';
import {
  useDrawToken,
  useOwnServiceAccounts,
  useRevokeOwnServiceAccount,
} from '#web/api/service-accounts.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { serviceAccountState } from '#web/words/service-account-words.ts';

/** The programs that the officer answers for; nothing where there are none. */
export function OwnServiceAccounts() {
  const { data } = useOwnServiceAccounts();
  const draw = useDrawToken();
  const revoke = useRevokeOwnServiceAccount();
  const accounts = data?.accounts.filter(({ revokedAt }) => revokedAt === null) ?? [];
  if (accounts.length === 0) return null;
  const failed = draw.error ?? revoke.error;
  const columns: readonly DataColumn<ServiceAccountView>[] = [
    { id: 'name', header: t('officers.name'), wrap: true, cell: ({ name }) => name },
    {
      id: 'actions',
      header: t('service.actions'),
      wrap: true,
      cell: ({ actions }) => <span className="mono">{actions.join(', ')}</span>,
    },
    { id: 'until', header: t('service.until'), cell: ({ expiresAt }) => <Time at={expiresAt} /> },
    { id: 'state', header: t('service.state'), wrap: true, cell: (one) => serviceAccountState(one) },
    {
      id: 'act',
      header: t('service.act'),
      cell: ({ accountId, approvedBy }) => (
        <>
          {approvedBy !== null && (
            <ActButton size="compact-xs" onClick={() => draw.mutate(accountId)}>
              {t('service.draw')}
            </ActButton>
          )}
          <ActButton size="compact-xs" variant="default" onClick={() => revoke.mutate(accountId)}>
            {t('account.revoke')}
          </ActButton>
        </>
      ),
    },
  ];
  return (
    <Sheet>
      {failed && <Problem error={failed} title={t('problem.actTitle')} />}
      {draw.data && (
        <p role="status">
          {t('service.tokenIs')} <output className="mono">{draw.data.token}</output>
        </p>
      )}
      <DataTable
        name="own-service-accounts"
        label={t('service.own')}
        heading={t('service.own')}
        columns={columns}
        rows={accounts}
        rowId={({ accountId }) => accountId}
        empty={null}
      />
    </Sheet>
  );
}
