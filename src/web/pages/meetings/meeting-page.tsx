import { Button } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { DecisionView, MeetingView } from '#operations/meeting-schemas.ts';
import { useMeeting, useMeetings, useMinutesPath } from '#web/api/meetings.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Time } from '#web/parts/time.tsx';
import { MEETING_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { Agenda } from './agenda.tsx';
import { ApproveMinutes } from './approve-minutes.tsx';
import { Attendance } from './attendance.tsx';
import { AttendanceForm } from './attendance-form.tsx';
import { DecisionForm } from './decision-form.tsx';
import { Decisions } from './decisions.tsx';
import { InviteForm } from './invite-form.tsx';

/** One meeting: who was there, what was on the agenda, what was decided. */
export function MeetingPage() {
  const { id } = useParams({ from: '/$agency/meetings/$id' });
  const meeting = useMeeting(id);
  useSubject('meeting', id);
  return <Loaded query={meeting}>{(data) => <Shown meeting={data} />}</Loaded>;
}

function Shown({ meeting }: { meeting: MeetingView }) {
  const [replaces, setReplaces] = useState<DecisionView | null>(null);
  const { state } = meeting;
  return (
    <>
      <PageHead
        title={meeting.title}
        lead={
          <>
            <StateMark look={MEETING_LOOK[state]} word={t(`meeting.${state}`)} />
            <span>{meeting.place}</span>
            <span>
              <Time at={meeting.startsAt} /> – <Time at={meeting.endsAt} />
            </span>
          </>
        }
        actions={<Actions meeting={meeting} />}
      />
      <Columns
        side={
          <>
            <Attendance meeting={meeting} />
            {state !== 'minutes-approved' && <AttendanceForm meeting={meeting} />}
            {state === 'planned' && <InviteForm meeting={meeting} />}
          </>
        }
      >
        <Decisions meeting={meeting} {...(state === 'held' && { onReplace: setReplaces })} />
        {state !== 'minutes-approved' && (
          <DecisionForm meeting={meeting} replaces={replaces} onReplaces={setReplaces} />
        )}
        <Agenda meeting={meeting} />
        {state !== 'planned' && <ApproveMinutes meeting={meeting} />}
      </Columns>
    </>
  );
}

function Actions({ meeting }: { meeting: MeetingView }) {
  const agency = useAgency();
  const navigate = useNavigate();
  const minutes = useMinutesPath(meeting.meetingId);
  const release = useMeetings().data?.release;
  const why =
    whyNot(useSession(), 'meeting.manage', useOperation()?.operationId) ??
    (release ? t('release.packagesStands') : undefined) ??
    { planned: t('meeting.notHeld'), held: undefined, 'minutes-approved': t('meeting.isApproved') }[
      meeting.state
    ];
  return (
    <>
      {meeting.state === 'planned' ? (
        <ActButton variant="default" why={t('meeting.minutesNone')} onClick={() => undefined}>
          {t('meeting.minutes')}
        </ActButton>
      ) : (
        <Button component="a" variant="default" href={minutes} download>
          {t('meeting.minutes')}
        </Button>
      )}
      <ActButton
        why={why}
        onClick={() =>
          void navigate({ to: '/$agency/meetings/$id/release', params: { agency, id: meeting.meetingId } })
        }
      >
        {t('release.packages')}
      </ActButton>
    </>
  );
}
