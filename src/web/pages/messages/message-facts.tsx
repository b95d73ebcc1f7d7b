import type { MessageDetail } from '#exchange/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agencies } from '#web/parts/agencies.tsx';
import { Agency } from '#web/parts/agency.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { ProofLink } from '#web/parts/proof-link.tsx';
import { Size } from '#web/parts/size.tsx';
import { Time } from '#web/parts/time.tsx';
import { Until } from '#web/parts/until.tsx';
import { MessageFile } from './message-file.tsx';

export function MessageFacts({ detail: { message, postedBy } }: { detail: MessageDetail }) {
  const waits = message.deliveries.some(({ state }) => state !== 'acknowledged');
  return (
    <Panel title={t('message.about')}>
      <Facts
        facts={[
          { name: t('message.id'), value: <Digest value={message.messageId} whole /> },
          message.subject !== null && { name: t('message.subject'), value: message.subject },
          { name: t('column.from'), value: <Agency id={message.from} /> },
          { name: t('column.to'), value: <Agencies ids={message.to} /> },
          message.via !== null && { name: t('message.via'), value: <Agency id={message.via} /> },
          { name: t('message.sealed'), value: <Time at={message.createdAt} /> },
          postedBy !== null && {
            name: t('message.postedBy'),
            value: <span className="mono">{postedBy}</span>,
          },
          {
            name: t('message.deadline'),
            value: message.deadlineAt ? (
              <>
                <Time at={message.deadlineAt} />
                {waits && (
                  <>
                    {' · '}
                    <Until at={message.deadlineAt} />
                  </>
                )}
              </>
            ) : (
              t('message.noDeadline')
            ),
          },
          { name: t('column.size'), value: <Size bytes={message.sizeBytes} /> },
          { name: t('message.digest'), value: <Digest value={message.sha256} whole /> },
          message.contentDigest !== null && {
            name: t('message.contentDigest'),
            value: <Digest value={message.contentDigest} whole />,
          },
          { name: t('message.proof'), value: <ProofLink kind="message" id={message.messageId} /> },
          (message.direction === 'sent' || message.deliveries.length > 0) && {
            name: t('column.file'),
            value: <MessageFile messageId={message.messageId} />,
          },
        ]}
      />
    </Panel>
  );
}
