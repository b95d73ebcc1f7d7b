import { TextInput } from '@mantine/core';
import { useStartInventory } from '#web/api/evidence.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { useFields } from '#web/parts/use-fields.ts';

/** The inventory of a folder; `again`: there is one already, which stays. */
export function StartInventory({ exhibitId, again }: { exhibitId: string; again: boolean }) {
  const start = useStartInventory(exhibitId);
  const why = whyNot(useSession(), 'evidence.examine', useOperation()?.operationId);
  const fields = useFields({ folder: '' }, ({ folder }) => ({
    folder: folder.trim() === '' ? t('form.required') : undefined,
  }));
  return (
    <ActForm
      title={t(again ? 'inventory.startAgain' : 'inventory.start')}
      words={<p>{t('inventory.startWords')}</p>}
      act={t('inventory.startAct')}
      why={why}
      pending={start.isPending}
      error={start.error}
      onAct={() => fields.ready() && start.mutate({ folder: fields.form.folder.trim() })}
    >
      <TextInput
        label={t('inventory.folder')}
        description={t('inventory.folderHint')}
        required
        maxLength={4000}
        {...fields.text('folder')}
      />
    </ActForm>
  );
}
