import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { MeetingView } from '#operations/meeting-schemas.ts';
import { useNow } from '#web/api/clock.ts';
import { useHold } from '#web/api/meetings.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { useMeetingAgencies } from './use-meeting-agencies.ts';

/** Who came, by role or desk: an agency with nobody named did not come. */
export function AttendanceForm({ meeting }: { meeting: MeetingView }) {
  const operation = useOperation();
  const concerned = useMeetingAgencies();
  const now = useNow();
  const hold = useHold(meeting.meetingId);
  const [came, setCame] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(meeting.agencies.map(({ agencyId, attendants }) => [agencyId, attendants.join(', ')])),
  );
  const [open, setOpen] = useState(meeting.state === 'planned');
  const why =
    whyNot(useSession(), 'meeting.manage', operation?.operationId) ??
    (now < Date.parse(meeting.startsAt) ? t('meeting.notBegun') : undefined);
  const ids = [...new Set([...meeting.agencies.map(({ agencyId }) => agencyId), ...concerned])];
  const present = ids.flatMap((agencyId) => {
    const attendants = (came[agencyId] ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    return attendants.length > 0 ? [{ agencyId, attendants }] : [];
  });
  if (!open)
    return (
      <div className="no-print">
        <ActButton variant="default" why={why} onClick={() => setOpen(true)}>
          {t('meeting.holdAgain')}
        </ActButton>
      </div>
    );
  return (
    <ActForm
      title={t('meeting.hold')}
      words={
        <>
          <p>{t('meeting.holdWords')}</p>
          <p className="soft">{t('meeting.holdHint')}</p>
        </>
      }
      act={t('meeting.holdAct')}
      why={why}
      pending={hold.isPending}
      error={hold.error}
      onAct={() => hold.mutate({ present }, { onSuccess: () => setOpen(false) })}
    >
      <FieldGroup pairs>
        {ids.map((id) => (
          <TextInput
            key={id}
            size="xs"
            label={agencyName(operation, id)}
            value={came[id] ?? ''}
            onChange={(event) => setCame({ ...came, [id]: event.currentTarget.value })}
          />
        ))}
      </FieldGroup>
    </ActForm>
  );
}
