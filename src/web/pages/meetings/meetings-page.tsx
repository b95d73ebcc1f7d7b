import { Link, useNavigate } from '@tanstack/react-router';
import type { MeetingsPage as Meetings } from '#operations/meeting-schemas.ts';
import { useMeetings } from '#web/api/meetings.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { MEETING_COLUMNS } from './meeting-columns.tsx';

/** The operational meetings of the operation. */
export function MeetingsPage() {
  const meetings = useMeetings();
  const agency = useAgency();
  const navigate = useNavigate();
  const why = whyNot(useSession(), 'meeting.manage', useOperation()?.operationId);
  return (
    <>
      <PageHead
        title={t('meetings.title')}
        lead={meetings.data ? <Released page={meetings.data} /> : t('meetings.lead')}
        actions={
          <ActButton
            why={why}
            onClick={() => void navigate({ to: '/$agency/meetings/plan', params: { agency } })}
          >
            {t('meetings.plan')}
          </ActButton>
        }
      />
      <Sheet>
        <Loaded query={meetings}>
          {(page) => (
            <DataTable
              name="meetings"
              label={t('meetings.list')}
              heading={t('meetings.list')}
              columns={MEETING_COLUMNS}
              rows={page.meetings}
              rowId={({ meetingId }) => meetingId}
              onOpen={({ meetingId }) =>
                void navigate({ to: '/$agency/meetings/$id', params: { agency, id: meetingId } })
              }
              empty={<Empty what={t('meetings.empty')}>{t('meetings.emptyDo')}</Empty>}
            />
          )}
        </Loaded>
      </Sheet>
    </>
  );
}

/** Whether the packages may go, and by which decision. */
function Released({ page: { release } }: { page: Meetings }) {
  const agency = useAgency();
  if (!release) return <span>{t('meetings.notReleased')}</span>;
  return (
    <Link to="/$agency/meetings/$id" params={{ agency, id: release.meetingId }} hash={release.decisionId}>
      {t('meetings.released', { number: release.number })}
    </Link>
  );
}
