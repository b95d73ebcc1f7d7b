import { Link } from '@tanstack/react-router';
import type { LetterView } from '#correspondence/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Agencies } from '#web/parts/agencies.tsx';
import { Agency } from '#web/parts/agency.tsx';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { RecallMark } from '#web/parts/recall-notice.tsx';
import { Time } from '#web/parts/time.tsx';
import { OwedMark } from './owed-mark.tsx';

/** A letter by its subject. */
export function LetterLink({ messageId, subject }: { messageId: string; subject: string }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/letters/$id" params={{ agency, id: messageId }}>
      {subject === '' ? t('letters.isErased') : subject}
    </Link>
  );
}

export function letterColumns(): readonly DataColumn<LetterView>[] {
  return [
    {
      id: 'subject',
      header: t('letters.subject'),
      wrap: true,
      cell: ({ messageId, subject }) => <LetterLink messageId={messageId} subject={subject} />,
    },
    { id: 'kind', header: t('letters.kind'), cell: ({ kind }) => t(`letters.kind.${kind}`) },
    { id: 'from', header: t('column.from'), cell: ({ from }) => <Agency id={from} /> },
    { id: 'to', header: t('column.to'), cell: ({ to }) => <Agencies ids={to} /> },
    { id: 'written', header: t('letters.written'), cell: ({ writtenAt }) => <Time at={writtenAt} /> },
    {
      id: 'state',
      header: t('column.state'),
      cell: ({ recall, owed }) =>
        recall ? <RecallMark recall={recall} /> : owed.map((one) => <OwedMark key={one.agency} owed={one} />),
    },
    {
      id: 'codes',
      header: t('letter.handling'),
      cell: ({ handling: { codes } }) => codes.join(' '),
    },
    {
      id: 'files',
      header: t('letters.files'),
      end: true,
      cell: ({ attachments }) => (attachments.length === 0 ? '' : attachments.length),
    },
  ];
}
