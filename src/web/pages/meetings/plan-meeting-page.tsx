import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { usePlanMeeting } from '#web/api/meetings.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { agencyName } from '#web/words/agency-name.ts';
import { linesOf } from '#web/words/lines.ts';
import { fromInput } from '#web/words/moment.ts';
import classes from './agency-choice.module.css';
import { useMeetingAgencies } from './use-meeting-agencies.ts';

const EMPTY = { title: '', place: '', starts: '', ends: '', agenda: '' };

/** A new meeting: when and where, who is invited, the agenda. Every agency of the operation is invited unless left out. */
export function PlanMeetingPage() {
  const operation = useOperation();
  const agency = useAgency();
  const navigate = useNavigate();
  const plan = usePlanMeeting();
  const [left, setLeft] = useState<readonly string[]>([]);
  const fields = useFields(EMPTY, (form) => ({
    title: form.title.trim() === '' ? t('form.required') : undefined,
    place: form.place.trim() === '' ? t('form.required') : undefined,
    starts: fromInput(form.starts) ? undefined : t('form.momentMissing'),
    ends: !fromInput(form.ends)
      ? t('form.momentMissing')
      : form.ends <= form.starts
        ? t('meeting.endsBefore')
        : undefined,
  }));
  const all = useMeetingAgencies();
  const submit = () =>
    fields.ready() &&
    plan.mutate(
      {
        title: fields.form.title.trim(),
        place: fields.form.place.trim(),
        startsAt: fromInput(fields.form.starts) ?? '',
        endsAt: fromInput(fields.form.ends) ?? '',
        invited: all.filter((id) => !left.includes(id)),
        agenda: linesOf(fields.form.agenda),
      },
      {
        onSuccess: ({ meetingId }) =>
          void navigate({ to: '/$agency/meetings/$id', params: { agency, id: meetingId } }),
      },
    );
  return (
    <>
      <PageHead title={t('meetings.plan')} />
      <ActForm
        title={t('meeting.about')}
        words={<p>{t('meetings.planWords')}</p>}
        act={t('meetings.planAct')}
        why={whyNot(useSession(), 'meeting.manage', operation?.operationId)}
        pending={plan.isPending}
        error={plan.error}
        onAct={submit}
      >
        <FieldGroup pairs>
          <TextInput label={t('meeting.name')} required maxLength={200} {...fields.text('title')} />
          <TextInput label={t('meeting.place')} required maxLength={200} {...fields.text('place')} />
          <TextInput label={t('meeting.starts')} required type="datetime-local" {...fields.text('starts')} />
          <TextInput label={t('meeting.ends')} required type="datetime-local" {...fields.text('ends')} />
        </FieldGroup>
        <Textarea
          label={t('meeting.agenda')}
          description={t('meeting.agendaHint')}
          autosize
          minRows={4}
          {...fields.text('agenda')}
        />
        <FieldGroup legend={t('meeting.invited')}>
          <div className={classes.choice}>
            {all.map((id) => (
              <Checkbox
                key={id}
                size="xs"
                label={agencyName(operation, id)}
                checked={!left.includes(id)}
                onChange={(event) =>
                  setLeft(event.currentTarget.checked ? left.filter((other) => other !== id) : [...left, id])
                }
              />
            ))}
          </div>
        </FieldGroup>
      </ActForm>
    </>
  );
}
