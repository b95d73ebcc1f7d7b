import type { MessageView } from '#exchange/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agencies } from '#web/parts/agencies.tsx';
import { Agency } from '#web/parts/agency.tsx';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Size } from '#web/parts/size.tsx';
import { Time } from '#web/parts/time.tsx';
import { MessageFile } from './message-file.tsx';
import { MessageLink } from './message-link.tsx';
import { MessageState } from './message-state.tsx';

export function messageColumns(): readonly DataColumn<MessageView>[] {
  return [
    {
      id: 'kind',
      header: t('column.kind'),
      cell: ({ messageId, kind, direction }) => (
        <>
          <MessageLink messageId={messageId} kind={kind} direction={direction} />{' '}
          <span className="soft">{t(`messages.${direction}`).toLocaleLowerCase()}</span>
        </>
      ),
    },
    { id: 'from', header: t('column.from'), cell: ({ from }) => <Agency id={from} /> },
    { id: 'to', header: t('column.to'), cell: ({ to }) => <Agencies ids={to} /> },
    { id: 'state', header: t('column.state'), cell: (message) => <MessageState message={message} /> },
    {
      id: 'at',
      header: t('column.time'),
      cell: ({ createdAt, receivedAt }) => <Time at={receivedAt ?? createdAt} />,
    },
    { id: 'size', header: t('column.size'), end: true, cell: ({ sizeBytes }) => <Size bytes={sizeBytes} /> },
    { id: 'digest', header: t('column.digest'), cell: ({ sha256 }) => <Digest value={sha256} /> },
    { id: 'file', header: t('column.file'), cell: ({ messageId }) => <MessageFile messageId={messageId} /> },
  ];
}
