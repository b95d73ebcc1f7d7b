import { useParams, useSearch } from '@tanstack/react-router';
import type { MessageDetail } from '#exchange/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useMessage } from '#web/api/tracking.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { Columns } from '#web/parts/columns.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { RecallNotice } from '#web/parts/recall-notice.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { Alarms } from './alarms.tsx';
import { HereSteps } from './here-steps.tsx';
import { kindWords } from './kind-words.ts';
import { MessageFacts } from './message-facts.tsx';
import { NoteForm } from './note-form.tsx';
import { Recipients } from './recipients.tsx';
import { ResendForm } from './resend-form.tsx';
import { Statements } from './statements.tsx';
import { Transfers } from './transfers.tsx';

/** One message: how far it has come with each recipient, what they signed, and what can be done. */
export function MessagePage() {
  const { id } = useParams({ from: '/$agency/messages/$id' });
  const { direction } = useSearch({ from: '/$agency/messages/$id' });
  useSubject('message', id);
  return <Loaded query={useMessage(id, direction)}>{(detail) => <Message detail={detail} />}</Loaded>;
}

function Message({ detail }: { detail: MessageDetail }) {
  const { message } = detail;
  const operation = useOperation();
  const received = message.direction === 'received';
  const names = (ids: readonly string[]) => ids.map((id) => agencyName(operation, id)).join(', ');
  return (
    <>
      <PageHead
        title={t('message.title', {
          kind: kindWords(message.kind),
          direction: t(`messages.${message.direction}`).toLocaleLowerCase(),
        })}
        lead={t('message.fromTo', { from: names([message.from]), to: names(message.to) })}
      />
      <Columns wide side={<MessageFacts detail={detail} />}>
        {received && message.state !== 'carried' && <HereSteps message={message} />}
        {message.recall && <RecallNotice recall={message.recall} />}
        <Transfers transfers={detail.transfers} />
        {(message.deliveries.length > 0 || !received) && <Recipients message={message} />}
        {message.kind !== 'receipt' && <Statements statements={detail.statements} />}
        <Alarms alarms={detail.alarms} />
        {received && message.state !== 'carried' && message.kind !== 'receipt' && (
          <NoteForm message={message} />
        )}
        {message.deliveries.length > 0 && message.kind !== 'receipt' && <ResendForm message={message} />}
      </Columns>
    </>
  );
}
