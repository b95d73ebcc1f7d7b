import { Radio, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { DecideBody, HitDetail } from '#crossmatch/schemas.ts';
import { ApiError } from '#web/api/client.ts';
import { useDecide } from '#web/api/hits.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { DECISIONS } from '#web/words/hits.ts';
import { DecidedMeanwhile } from './decided-meanwhile.tsx';

/** Same, not the same, or unsure, with a reason. Another officer's decision meanwhile takes away nothing that was typed. */
export function DecideForm({ hit }: { hit: HitDetail }) {
  const version = hit.current?.version ?? 0;
  const [seen, setSeen] = useState(version);
  const decide = useDecide(hit.hitId);
  const why = whyNot(useSession(), 'crossmatch.decide', useOperation()?.operationId);
  const fields = useFields({ decision: '', reason: '' }, ({ decision, reason }) => ({
    decision: decision === '' ? t('decide.choose') : undefined,
    reason: reason.trim() === '' ? t('form.reasonMissing') : undefined,
  }));
  const submit = () => {
    const decision = DECISIONS.find((one) => one === fields.form.decision);
    if (!fields.ready() || !decision) return false;
    const body: DecideBody = { decision, reason: fields.form.reason.trim(), seenVersion: seen };
    return decide.mutate(body, {
      onSuccess: (row) => {
        setSeen(row.version);
        fields.reset();
      },
    });
  };
  const conflict = decide.error instanceof ApiError && decide.error.code === 'crossmatch/decided-meanwhile';
  const newer = version > seen && !decide.isPending ? hit.current : null;
  return (
    <ActForm
      title={t(version === 0 ? 'decide.title' : 'decide.again')}
      words={
        <>
          <p>{t('decide.words')}</p>
          {newer && (
            <DecidedMeanwhile
              current={newer}
              onRead={() => {
                setSeen(version);
                decide.reset();
              }}
            />
          )}
        </>
      }
      act={t('decide.act')}
      why={why}
      pending={decide.isPending}
      error={conflict && newer ? null : decide.error}
      done={decide.isSuccess ? t('decide.done', { version: decide.data.version }) : undefined}
      onAct={submit}
    >
      <FieldGroup wrong={fields.wrong.decision}>
        <Radio.Group
          labelProps={{ mb: 8 }}
          label={t('decide.ask')}
          value={fields.form.decision}
          onChange={(decision) => fields.set({ decision })}
        >
          <FieldGroup>
            {DECISIONS.map((value) => (
              <Radio key={value} value={value} label={t(`hit.${value}`)} description={t(`decide.${value}`)} />
            ))}
          </FieldGroup>
        </Radio.Group>
      </FieldGroup>
      <Textarea
        label={t('decide.reason')}
        description={t('decide.reasonHint')}
        required
        autosize
        minRows={2}
        maxLength={2000}
        {...fields.text('reason')}
      />
    </ActForm>
  );
}
