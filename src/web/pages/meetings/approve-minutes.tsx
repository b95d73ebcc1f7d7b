import type { MeetingView } from '#operations/meeting-schemas.ts';
import { useApproveMinutes } from '#web/api/meetings.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Done } from '#web/parts/done.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';

/** The minutes are approved over the digest of exactly what the page shows; after that they say so. */
export function ApproveMinutes({ meeting }: { meeting: MeetingView }) {
  const approve = useApproveMinutes(meeting.meetingId);
  const why = whyNot(useSession(), 'meeting.manage', useOperation()?.operationId);
  const { digest, approvedAt, approvedBy } = meeting;
  const facts = (
    <Facts
      facts={[
        digest !== null && { name: t('meeting.digest'), value: <Digest value={digest} whole /> },
        approvedAt !== null &&
          approvedBy !== null && {
            name: t('meeting.approvedBy'),
            value: <Done at={approvedAt} by={approvedBy} />,
          },
      ]}
    />
  );
  if (approvedAt !== null) return <Panel title={t('meeting.minutes-approved')}>{facts}</Panel>;
  return (
    <ActForm
      title={t('meeting.approve')}
      words={
        <>
          <p>{t('meeting.approveWords', { count: meeting.decisions.length })}</p>
          {facts}
        </>
      }
      act={t('meeting.approveAct')}
      why={why}
      pending={approve.isPending}
      error={approve.error}
      onAct={() => digest !== null && approve.mutate({ digest })}
    />
  );
}
