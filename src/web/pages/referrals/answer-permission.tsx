import { Radio, Textarea } from '@mantine/core';
import type { PermissionView } from '#referrals/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useAnswerPermission } from '#web/api/referrals.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { ConditionFields, conditionsFrom, NO_CONDITIONS } from '#web/parts/conditions.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { agencyName } from '#web/words/agency-name.ts';

/** This agency's word on what was asked of it, or the writing down of an answer that came by another way. */
export function AnswerPermission({ permission }: { permission: PermissionView }) {
  const asked = permission.direction === 'asked';
  const operation = useOperation();
  const answer = useAnswerPermission(permission.permissionId, asked ? 'record' : 'answer');
  const why = whyNot(useSession(), asked ? 'referrals.prepare' : 'referrals.approve', operation?.operationId);
  const fields = useFields({ granted: '', reason: '', ...NO_CONDITIONS }, ({ granted, reason }) => ({
    granted: granted === '' ? t('decide.choose') : undefined,
    reason: reason.trim() === '' ? t('form.reasonMissing') : undefined,
  }));
  const conditions = conditionsFrom(fields.form);
  const names = {
    requester: agencyName(operation, permission.requester),
    provider: agencyName(operation, permission.provider),
    recipient: agencyName(operation, permission.recipient),
  };
  return (
    <ActForm
      title={t(asked ? 'permission.record' : 'permission.answer')}
      words={<p>{asked ? t('permission.recordWords', names) : t('permission.answerWords', names)}</p>}
      act={t(asked ? 'permission.recordAct' : 'permission.answerAct')}
      why={why}
      pending={answer.isPending}
      error={answer.error}
      onAct={() =>
        fields.ready() &&
        answer.mutate(
          {
            granted: fields.form.granted === 'yes',
            reason: fields.form.reason.trim(),
            ...(fields.form.granted === 'yes' && conditions && { conditions }),
          },
          { onSuccess: () => fields.reset() },
        )
      }
    >
      <FieldGroup wrong={fields.wrong.granted}>
        <Radio.Group
          labelProps={{ mb: 8 }}
          label={t('permission.may', names)}
          value={fields.form.granted}
          onChange={(granted) => fields.set({ granted })}
        >
          <FieldGroup>
            <Radio value="yes" label={t('answer.granted')} />
            <Radio value="no" label={t('answer.refused')} />
          </FieldGroup>
        </Radio.Group>
      </FieldGroup>
      {fields.form.granted === 'yes' && <ConditionFields form={fields.form} onChange={fields.set} />}
      <Textarea
        label={t('permission.reason')}
        required
        autosize
        minRows={2}
        maxLength={4000}
        {...fields.text('reason')}
      />
    </ActForm>
  );
}
