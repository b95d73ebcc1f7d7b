import { Textarea, TextInput } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import type { MeetingView } from '#operations/meeting-schemas.ts';
import { useMeeting, useMeetings, useReleasePackages } from '#web/api/meetings.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Receipt } from '#web/parts/receipt.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { fromInput } from '#web/words/moment.ts';
import { MeetingLink } from './meeting-link.tsx';
import { PackagesToRelease } from './packages-to-release.tsx';

/** The decision that lets the packages go: exactly which, and to whom. */
export function ReleasePage() {
  const { id } = useParams({ from: '/$agency/meetings/$id/release' });
  const meeting = useMeeting(id);
  const release = useReleasePackages(id);
  const agency = useAgency();
  useSubject('meeting', id);
  return (
    <>
      <PageHead
        title={t('release.packagesTitle')}
        lead={meeting.data && <MeetingLink meetingId={id}>{meeting.data.title}</MeetingLink>}
      />
      {release.isSuccess ? (
        <Receipt title={t('release.packagesDone')}>
          <MeetingLink meetingId={id} part="decisions">
            {t('release.toMeeting')}
          </MeetingLink>
          <Link to="/$agency/packages" params={{ agency }}>
            {t('release.toPackages')}
          </Link>
          <Link to="/$agency/custody" params={{ agency }} search={{ kind: 'meeting', id }}>
            {t('report.proof')}
          </Link>
        </Receipt>
      ) : (
        <Loaded query={meeting}>{(data) => <Releasing meeting={data} release={release} />}</Loaded>
      )}
    </>
  );
}

function Releasing({
  meeting,
  release,
}: {
  meeting: MeetingView;
  release: ReturnType<typeof useReleasePackages>;
}) {
  const operation = useOperation();
  const stands = useMeetings().data?.release;
  const fields = useFields({ text: '', due: '' }, () => ({}));
  const why =
    whyNot(useSession(), 'meeting.manage', operation?.operationId) ??
    (stands ? t('release.packagesStands') : undefined) ??
    { planned: t('meeting.notHeld'), held: undefined, 'minutes-approved': t('meeting.isApproved') }[
      meeting.state
    ];
  const text = fields.form.text.trim();
  const dueAt = fromInput(fields.form.due);
  return (
    <Columns
      wide
      side={
        <ActForm
          title={t('release.packages')}
          words={<p>{t('release.packagesWords')}</p>}
          act={t('release.packagesAct')}
          why={why}
          pending={release.isPending}
          error={release.error}
          onAct={() => release.mutate({ ...(text && { text }), ...(dueAt && { dueAt }) })}
        >
          <Textarea
            label={t('release.packagesText')}
            autosize
            minRows={2}
            maxLength={4000}
            placeholder={t('release.packagesDefault', { name: operation?.codeName ?? '' })}
            {...fields.text('text')}
          />
          <TextInput label={t('release.packagesDue')} type="datetime-local" {...fields.text('due')} />
        </ActForm>
      }
    >
      <PackagesToRelease />
    </Columns>
  );
}
