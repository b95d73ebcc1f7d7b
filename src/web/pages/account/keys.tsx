import { Textarea, TextInput } from '@mantine/core';
import type { KeyView } from '#access/sign-in/schemas.ts';
import { useAddKey, useRevokeKey } from '#web/api/account.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { ActForm } from '#web/parts/act-form.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { useFields } from '#web/parts/use-fields.ts';

/** The keys that the officer signs commands with. */
export function Keys({ keys }: { keys: readonly KeyView[] }) {
  const revoke = useRevokeKey();
  const columns: readonly DataColumn<KeyView>[] = [
    { id: 'label', header: t('officers.name'), wrap: true, cell: ({ label }) => label },
    {
      id: 'fingerprint',
      header: t('account.keyPrint'),
      wrap: true,
      cell: ({ fingerprint }) => <span className="mono">{fingerprint}</span>,
    },
    { id: 'made', header: t('account.made'), cell: ({ enrolledAt }) => <Time at={enrolledAt} /> },
    {
      id: 'used',
      header: t('account.used'),
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? t('account.never') : <Time at={lastUsedAt} />),
    },
    {
      id: 'act',
      header: t('account.revoke'),
      cell: ({ fingerprint }) => (
        <ActButton
          size="compact-xs"
          variant="default"
          loading={revoke.isPending && revoke.variables?.fingerprint === fingerprint}
          onClick={() => revoke.mutate({ fingerprint })}
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
        name="keys"
        label={t('account.keys')}
        heading={t('account.keys')}
        columns={columns}
        rows={keys}
        rowId={({ fingerprint }) => fingerprint}
        empty={<Empty what={t('account.keyNone')} />}
      />
    </Sheet>
  );
}

export function AddKey() {
  const add = useAddKey();
  const fields = useFields({ label: '', publicKey: '' }, ({ label, publicKey }) => ({
    label: label.trim() === '' ? t('form.required') : undefined,
    publicKey: lineProblem(publicKey.trim()),
  }));
  const { form } = fields;
  return (
    <ActForm
      title={t('account.keyAdd')}
      words={<p>{t('account.keyWords')}</p>}
      act={t('account.addAct')}
      pending={add.isPending}
      error={add.error}
      done={add.isSuccess ? t('account.keyAdded') : undefined}
      onAct={() =>
        fields.ready() &&
        add.mutate(
          { label: form.label.trim(), publicKey: form.publicKey.trim() },
          { onSuccess: () => fields.reset() },
        )
      }
    >
      <TextInput label={t('officers.name')} required maxLength={60} {...fields.text('label')} />
      <Textarea
        label={t('account.keyLine')}
        description={t('account.keyLineHint')}
        required
        autosize
        {...fields.text('publicKey')}
      />
    </ActForm>
  );
}

/** A private key must not leave the browser. */
function lineProblem(line: string): string | undefined {
  if (line === '') return t('form.required');
  return line.includes('PRIVATE KEY') ? t('account.keyPrivate') : undefined;
}
