import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { DecisionView, MeetingView } from '#operations/meeting-schemas.ts';
import { useMeetings, useRecordDecision } from '#web/api/meetings.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { agencyName } from '#web/words/agency-name.ts';
import { fromInput } from '#web/words/moment.ts';
import { useMeetingAgencies } from './use-meeting-agencies.ts';

interface Props {
  readonly meeting: MeetingView;
  readonly replaces: DecisionView | null;
  readonly onReplaces: (decision: DecisionView | null) => void;
}

/** One more decision; it may supersede one that stands, of this meeting or an earlier one. */
export function DecisionForm({ meeting, replaces, onReplaces }: Props) {
  const operation = useOperation();
  const record = useRecordDecision(meeting.meetingId);
  const meetings = useMeetings().data?.meetings ?? [];
  const agencies = useMeetingAgencies();
  const why =
    whyNot(useSession(), 'meeting.manage', operation?.operationId) ??
    (meeting.state === 'planned' ? t('meeting.notHeld') : undefined);
  const fields = useFields({ text: '', responsible: '', due: '' }, ({ text }) => ({
    text: text.trim() === '' ? t('form.required') : undefined,
  }));
  const standing = meetings.flatMap(({ title, decisions }) =>
    decisions.filter((one) => one.supersededBy === null).map((one) => ({ title, decision: one })),
  );
  const submit = () => {
    const dueAt = fromInput(fields.form.due);
    if (!fields.ready()) return false;
    return record.mutate(
      {
        text: fields.form.text.trim(),
        ...(fields.form.responsible && { responsible: fields.form.responsible }),
        ...(dueAt && { dueAt }),
        ...(replaces && { supersedes: replaces.decisionId }),
      },
      {
        onSuccess: () => {
          fields.reset();
          onReplaces(null);
        },
      },
    );
  };
  return (
    <ActForm
      title={t('decision.record')}
      words={<p>{t('decision.recordWords')}</p>}
      act={t('decision.act')}
      why={why}
      pending={record.isPending}
      error={record.error}
      onAct={submit}
    >
      <Textarea
        label={t('decision.text')}
        required
        autosize
        minRows={2}
        maxLength={4000}
        {...fields.text('text')}
      />
      <FieldGroup pairs>
        <NativeSelect
          label={t('decision.responsible')}
          data={[
            { value: '', label: t('form.nobody') },
            ...agencies.map((id) => ({ value: id, label: agencyName(operation, id) })),
          ]}
          {...fields.text('responsible')}
        />
        <TextInput label={t('decision.due')} type="datetime-local" {...fields.text('due')} />
      </FieldGroup>
      <NativeSelect
        label={t('decision.replaces')}
        value={replaces?.decisionId ?? ''}
        onChange={(event) =>
          onReplaces(
            standing.find(({ decision }) => decision.decisionId === event.currentTarget.value)?.decision ??
              null,
          )
        }
        data={[
          { value: '', label: t('decision.replacesNone') },
          ...standing.map(({ title, decision }) => ({
            value: decision.decisionId,
            label: `${title}, ${t('decision.number', { number: decision.number })}: ${decision.text.slice(0, 60)}`,
          })),
        ]}
      />
    </ActForm>
  );
}
