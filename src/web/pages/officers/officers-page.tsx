import { TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { OfficerView } from '#access/officer-schemas.ts';
import { useAddOfficer, useOfficers } from '#web/api/officers.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { roleWords } from './role-words.ts';

/** Who works on this node: the administrator's list. */
export function OfficersPage() {
  const officers = useOfficers();
  return (
    <>
      <PageHead title={t('officers.title')} lead={t('officers.lead')} />
      <Loaded query={officers}>
        {(list) => (
          <Columns wide side={<AddOfficer />}>
            <Officers officers={list.officers} names={list.operations} />
          </Columns>
        )}
      </Loaded>
    </>
  );
}

function Officers({
  officers,
  names,
}: {
  officers: readonly OfficerView[];
  names: readonly { operationId: string; codeName: string }[];
}) {
  const agency = useAgency();
  const navigate = useNavigate();
  const columns: readonly DataColumn<OfficerView>[] = [
    { id: 'name', header: t('officers.name'), value: ({ name }) => name, cell: ({ name }) => name },
    {
      id: 'roles',
      header: t('officers.roles'),
      wrap: true,
      cell: ({ grants }) => grants.map((grant) => roleWords(grant, names)).join(', '),
    },
    { id: 'passkeys', header: t('officers.passkeys'), end: true, cell: ({ passkeys }) => passkeys },
    { id: 'keys', header: t('account.keys'), end: true, cell: ({ keys }) => keys },
    { id: 'sessions', header: t('officers.sessions'), end: true, cell: ({ sessions }) => sessions },
    { id: 'enrolment', header: t('officers.enrolment'), wrap: true, cell: enrolmentWords },
  ];
  return (
    <Sheet>
      <DataTable
        name="officers"
        label={t('officers.title')}
        columns={columns}
        rows={officers}
        rowId={({ officerId }) => officerId}
        onOpen={({ officerId }) => void navigate({ to: `/${agency}/officers/${officerId}` })}
        empty={<Empty what={t('officers.none')}>{t('officers.noneDo')}</Empty>}
      />
    </Sheet>
  );
}

function enrolmentWords({ enrolment, passkeys, keys }: OfficerView): string {
  if (enrolment?.recovery && enrolment.confirmedBy === null) return t('officers.codeWaits');
  if (enrolment) return t('officers.codeOpen');
  return passkeys + keys === 0 ? t('officers.neverIn') : '';
}

function AddOfficer() {
  const add = useAddOfficer();
  const agency = useAgency();
  const navigate = useNavigate();
  const fields = useFields({ name: '' }, ({ name }) => ({
    name: name.trim() === '' ? t('form.required') : undefined,
  }));
  return (
    <ActForm
      title={t('officers.add')}
      act={t('officers.addAct')}
      pending={add.isPending}
      error={add.error}
      onAct={() =>
        fields.ready() &&
        add.mutate(
          { name: fields.form.name.trim() },
          { onSuccess: ({ officerId }) => void navigate({ to: `/${agency}/officers/${officerId}` }) },
        )
      }
    >
      <TextInput label={t('officers.name')} required maxLength={100} {...fields.text('name')} />
    </ActForm>
  );
}
