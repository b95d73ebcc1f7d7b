import { TextInput } from '@mantine/core';
import type { PasskeyView, SessionView } from '#access/sign-in/schemas.ts';
import { useAccount, useAddPasskey, useEndSession, useRevokePasskey } from '#web/api/account.ts';
import { useSession } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { ActForm } from '#web/parts/act-form.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { deviceWords } from '#web/words/device-words.ts';
import { ConfirmTerminal } from './confirm-terminal.tsx';
import { AddKey, Keys } from './keys.tsx';
import { OwnServiceAccounts } from './own-service-accounts.tsx';

/** One's own passkeys and sessions. */
export function AccountPage() {
  const account = useAccount();
  return (
    <>
      <PageHead title={t('account.title')} lead={`${useSession().name}. ${t('account.lead')}`} />
      <Loaded query={account}>
        {({ passkeys, keys, sessions }) => (
          <Columns
            wide
            side={
              <>
                <AddPasskey />
                <ConfirmTerminal />
                <AddKey />
              </>
            }
          >
            <Passkeys passkeys={passkeys} />
            <Sessions sessions={sessions} />
            <Keys keys={keys} />
            <OwnServiceAccounts />
          </Columns>
        )}
      </Loaded>
    </>
  );
}

function Passkeys({ passkeys }: { passkeys: readonly PasskeyView[] }) {
  const revoke = useRevokePasskey();
  const columns: readonly DataColumn<PasskeyView>[] = [
    { id: 'label', header: t('officers.name'), wrap: true, cell: ({ label }) => label },
    {
      id: 'kept',
      header: t('account.kept'),
      wrap: true,
      cell: ({ synced }) => (synced ? t('account.synced') : t('account.single')),
    },
    { id: 'made', header: t('account.made'), cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      id: 'used',
      header: t('account.used'),
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? t('account.never') : <Time at={lastUsedAt} />),
    },
    {
      id: 'act',
      header: t('account.revoke'),
      cell: ({ passkeyId }) => (
        <ActButton
          size="compact-xs"
          variant="default"
          loading={revoke.isPending && revoke.variables?.passkeyId === passkeyId}
          onClick={() => revoke.mutate({ passkeyId })}
        >
          {t('account.revoke')}
        </ActButton>
      ),
    },
  ];
  return (
    <Sheet>
      {revoke.isError && <Problem error={revoke.error} title={t('problem.actTitle')} />}
      <DataTable
        name="passkeys"
        label={t('account.passkeys')}
        heading={t('account.passkeys')}
        columns={columns}
        rows={passkeys}
        rowId={({ passkeyId }) => passkeyId}
        empty={<Empty what={t('account.never')} />}
      />
    </Sheet>
  );
}

function Sessions({ sessions }: { sessions: readonly SessionView[] }) {
  const end = useEndSession();
  const columns: readonly DataColumn<SessionView>[] = [
    {
      id: 'device',
      header: t('account.device'),
      wrap: true,
      cell: ({ device }) => <span title={device}>{deviceWords(device)}</span>,
    },
    { id: 'since', header: t('account.since'), cell: ({ createdAt }) => <Time at={createdAt} /> },
    { id: 'seen', header: t('account.seen'), cell: ({ seenAt }) => <Time at={seenAt} /> },
    { id: 'until', header: t('account.until'), cell: ({ expiresAt }) => <Time at={expiresAt} /> },
    {
      id: 'act',
      header: t('account.end'),
      cell: ({ sessionId, current }) =>
        current ? (
          t('account.here')
        ) : (
          <ActButton size="compact-xs" variant="default" onClick={() => end.mutate({ sessionId })}>
            {t('account.end')}
          </ActButton>
        ),
    },
  ];
  return (
    <Sheet>
      {end.isError && <Problem error={end.error} title={t('problem.actTitle')} />}
      <DataTable
        name="sessions"
        label={t('account.sessions')}
        heading={t('account.sessions')}
        columns={columns}
        rows={sessions}
        rowId={({ sessionId }) => sessionId}
        empty={<Empty what={t('account.never')} />}
      />
    </Sheet>
  );
}

function AddPasskey() {
  const add = useAddPasskey();
  const fields = useFields({ label: '' }, ({ label }) => ({
    label: label.trim() === '' ? t('form.required') : undefined,
  }));
  return (
    <ActForm
      title={t('account.add')}
      words={<p>{t('account.addWords')}</p>}
      act={t('account.addAct')}
      pending={add.isPending}
      error={add.error}
      done={add.isSuccess ? t('account.added') : undefined}
      onAct={() =>
        fields.ready() && add.mutate({ label: fields.form.label.trim() }, { onSuccess: () => fields.reset() })
      }
    >
      <TextInput
        label={t('enrol.label')}
        description={t('enrol.labelHint')}
        required
        maxLength={60}
        {...fields.text('label')}
      />
    </ActForm>
  );
}
