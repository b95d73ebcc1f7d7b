import type { ServiceAccountList, ServiceAccountView } from '#access/service-account/schemas.ts';
import { useOfficers } from '#web/api/officers.ts';
import {
  useApproveServiceAccount,
  useRevokeServiceAccount,
  useServiceAccounts,
} from '#web/api/service-accounts.ts';
import { useSession } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { serviceAccountState } from '#web/words/service-account-words.ts';
import { MakeServiceAccount } from './make-service-account.tsx';

/** Programs that ask the node in an officer's stead: the administrator's list. */
export function ServiceAccountsPage() {
  const accounts = useServiceAccounts();
  const officers = useOfficers();
  return (
    <>
      <PageHead title={t('service.title')} lead={t('service.lead')} />
      <Loaded query={accounts}>
        {(list) => (
          <Loaded query={officers}>
            {(known) => (
              <Columns wide side={<MakeServiceAccount known={known} actions={list.actions} />}>
                <Accounts
                  list={list}
                  names={new Map(known.officers.map((one) => [one.officerId, one.name]))}
                />
              </Columns>
            )}
          </Loaded>
        )}
      </Loaded>
    </>
  );
}

function Accounts({ list, names }: { list: ServiceAccountList; names: ReadonlyMap<string, string> }) {
  const approve = useApproveServiceAccount();
  const revoke = useRevokeServiceAccount();
  const me = useSession().officerId;
  const failed = approve.error ?? revoke.error;
  const columns: readonly DataColumn<ServiceAccountView>[] = [
    { id: 'name', header: t('officers.name'), wrap: true, cell: ({ name }) => name },
    {
      id: 'owner',
      header: t('service.owner'),
      wrap: true,
      cell: ({ ownerId }) => names.get(ownerId) ?? ownerId,
    },
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
      cell: ({ accountId, approvedBy, madeBy, revokedAt }) =>
        revokedAt === null && (
          <>
            {approvedBy === null && madeBy !== me && (
              <ActButton size="compact-xs" onClick={() => approve.mutate(accountId)}>
                {t('service.approve')}
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
      <DataTable
        name="service-accounts"
        label={t('service.title')}
        columns={columns}
        rows={list.accounts}
        rowId={({ accountId }) => accountId}
        empty={<Empty what={t('service.none')} />}
      />
    </Sheet>
  );
}
