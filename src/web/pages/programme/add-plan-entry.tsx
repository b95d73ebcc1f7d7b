import { TextInput } from '@mantine/core';
import { useOperation } from '#web/api/operation.ts';
import { useAddPlanEntry } from '#web/api/programme.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { isMonth } from '#web/words/month.ts';

const EMPTY = { title: '', from: '', to: '' };

/** A further operation for the action plan. */
export function AddPlanEntry({ programmeId }: { programmeId: string }) {
  const add = useAddPlanEntry(programmeId);
  const why = whyNot(useSession(), 'programme.manage', useOperation()?.operationId);
  const fields = useFields(EMPTY, ({ title, from, to }) => ({
    title: title.trim() === '' ? t('form.required') : undefined,
    from: isMonth(from) ? undefined : t('plan.monthWrong'),
    to: !isMonth(to) ? t('plan.monthWrong') : to < from ? t('plan.endsBefore') : undefined,
  }));
  const { title, from, to } = fields.form;
  return (
    <ActForm
      title={t('plan.add')}
      act={t('plan.addAct')}
      why={why}
      pending={add.isPending}
      error={add.error}
      onAct={() =>
        fields.ready() && add.mutate({ title: title.trim(), from, to }, { onSuccess: () => fields.reset() })
      }
    >
      <TextInput label={t('plan.entry')} required maxLength={200} {...fields.text('title')} />
      <FieldGroup pairs>
        <TextInput label={t('plan.from')} type="month" required {...fields.text('from')} />
        <TextInput label={t('plan.until')} type="month" required {...fields.text('to')} />
      </FieldGroup>
    </ActForm>
  );
}
