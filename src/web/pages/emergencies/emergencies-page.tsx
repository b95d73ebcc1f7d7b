import { Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEmergencies, useOpenAtOnce } from '#web/api/emergencies.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { EmergencyPanel } from './emergency-panel.tsx';

/** Opening an operation at once where somebody may be harmed, and every such alarm that stands. */
export function EmergenciesPage() {
  return (
    <>
      <PageHead title={t('emergency.title')} lead={t('emergency.lead')} />
      <Loaded query={useEmergencies()}>
        {({ emergencies, mayOpen }) => (
          <Columns wide side={<OpenAtOnce mayOpen={mayOpen} />}>
            {emergencies.length === 0 && <Empty what={t('emergency.none')} />}
            {emergencies.map((emergency) => (
              <EmergencyPanel key={emergency.emergencyId} emergency={emergency} />
            ))}
          </Columns>
        )}
      </Loaded>
    </>
  );
}

function OpenAtOnce({ mayOpen }: { mayOpen: boolean }) {
  const open = useOpenAtOnce();
  const agency = useAgency();
  const client = useQueryClient();
  const fields = useFields({ operation: '', reason: '' }, ({ operation, reason }) => ({
    operation: operation.trim() === '' ? t('form.required') : undefined,
    reason: reason.trim().length < 10 || reason.trim().length > 500 ? t('why.length') : undefined,
  }));
  const submit = () =>
    fields.ready() &&
    open.mutate(
      { operation: fields.form.operation.trim(), reason: fields.form.reason.trim() },
      {
        // His roles and his operations are others now.
        onSuccess: () => {
          fields.reset();
          void client.invalidateQueries({ queryKey: [agency] });
        },
      },
    );
  return (
    <ActForm
      title={t('emergency.open')}
      words={<p>{t('emergency.openWords')}</p>}
      act={t('emergency.openAct')}
      why={mayOpen ? undefined : t('emergency.never')}
      pending={open.isPending}
      error={open.error}
      grave
      onAct={submit}
    >
      <TextInput
        label={t('emergency.operation')}
        required
        maxLength={120}
        autoComplete="off"
        {...fields.text('operation')}
      />
      <Textarea
        label={t('emergency.reason')}
        required
        autosize
        minRows={2}
        maxLength={500}
        {...fields.text('reason')}
      />
    </ActForm>
  );
}
