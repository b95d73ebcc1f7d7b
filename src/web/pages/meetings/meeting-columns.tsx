import type { MeetingView } from '#operations/meeting-schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Time } from '#web/parts/time.tsx';
import { MEETING_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { count } from '#web/words/format.ts';
import { MeetingLink } from './meeting-link.tsx';

export const MEETING_COLUMNS: readonly DataColumn<MeetingView>[] = [
  {
    id: 'title',
    header: t('meeting.name'),
    wrap: true,
    cell: ({ meetingId, title }) => <MeetingLink meetingId={meetingId}>{title}</MeetingLink>,
  },
  { id: 'place', header: t('meeting.place'), wrap: true, cell: ({ place }) => place },
  { id: 'starts', header: t('meeting.starts'), cell: ({ startsAt }) => <Time at={startsAt} /> },
  {
    id: 'state',
    header: t('column.state'),
    cell: ({ state }) => <StateMark look={MEETING_LOOK[state]} word={t(`meeting.${state}`)} />,
  },
  {
    id: 'invited',
    header: t('meeting.invited'),
    end: true,
    cell: ({ meetingId, agencies }) => (
      <MeetingLink meetingId={meetingId} part="agencies">
        {count(agencies.filter(({ invited }) => invited).length)}
      </MeetingLink>
    ),
  },
  {
    id: 'present',
    header: t('meeting.present'),
    end: true,
    cell: ({ meetingId, agencies }) => (
      <MeetingLink meetingId={meetingId} part="agencies">
        {count(agencies.filter(({ present }) => present).length)}
      </MeetingLink>
    ),
  },
  {
    id: 'decisions',
    header: t('meeting.decisions'),
    end: true,
    cell: ({ meetingId, decisions }) => (
      <MeetingLink meetingId={meetingId} part="decisions">
        {count(decisions.length)}
      </MeetingLink>
    ),
  },
];
