import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import type { ProgrammeView } from '#operations/programme-schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useLinkOperation } from '#web/api/programme.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';

/** Puts the operation of the page into the programme; nothing where it is in already. */
export function LinkOperation({ programme }: { programme: ProgrammeView }) {
  const operation = useOperation();
  const link = useLinkOperation(programme.programmeId);
  const [entryId, setEntryId] = useState('');
  const why = whyNot(useSession(), 'programme.manage', operation?.operationId);
  if (!operation || programme.operations.some(({ operationId }) => operationId === operation.operationId))
    return null;
  const open = programme.plan.filter(({ operationId }) => operationId === null);
  return (
    <ActForm
      title={t('programme.link', { name: operation.codeName })}
      words={<p>{t('programme.linkWords')}</p>}
      act={t('programme.linkAct')}
      why={why}
      pending={link.isPending}
      error={link.error}
      onAct={() => link.mutate({ operationId: operation.operationId, ...(entryId && { entryId }) })}
    >
      <NativeSelect
        label={t('programme.linkEntry')}
        value={entryId}
        onChange={(event) => setEntryId(event.currentTarget.value)}
        data={[
          { value: '', label: t('programme.linkNoEntry') },
          ...open.map((entry) => ({ value: entry.entryId, label: entry.title })),
        ]}
      />
    </ActForm>
  );
}
