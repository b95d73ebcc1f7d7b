import { useParams } from '@tanstack/react-router';
import type { ReceivedRequestView } from '#referrals/schemas.ts';
import { useAnswerRequest, useEurojust } from '#web/api/referrals.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { Done } from '#web/parts/done.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import { Until } from '#web/parts/until.tsx';
import { AnswerForm } from './answer-form.tsx';
import { RequestContent } from './request-content.tsx';

/** A request that came, at Eurojust, and its answer. */
export function ReceivedRequestPage() {
  const { id } = useParams({ from: '/$agency/referrals/eurojust-received/$id' });
  const eurojust = useEurojust();
  useSubject('eurojust-request', id);
  return (
    <Loaded query={eurojust}>
      {({ received }) => {
        const request = received.find(({ requestId }) => requestId === id);
        return request ? <Shown request={request} /> : <Empty what={t('eurojust.notHere')} />;
      }}
    </Loaded>
  );
}

function Shown({ request }: { request: ReceivedRequestView }) {
  const answer = useAnswerRequest(request.requestId, true);
  return (
    <>
      <PageHead
        title={t('eurojust.request')}
        lead={
          <>
            <Agency id={request.from} />
            <span>
              {t('package.receivedAt')} <Time at={request.receivedAt} />
            </span>
            {!request.answered && <Until at={request.deadlineAt} />}
          </>
        }
      />
      <Columns
        side={
          request.answered ? (
            <Panel title={t('eurojust.answer')}>
              <p>{request.answered.answer}</p>
              <p className="soft">
                {request.answered.reference !== null && (
                  <>
                    <span className="mono">{request.answered.reference}</span> ·{' '}
                  </>
                )}
                <Done {...request.answered} />
              </p>
            </Panel>
          ) : (
            <AnswerForm words={t('eurojust.answerWords')} answer={answer} />
          )
        }
      >
        <RequestContent content={request} />
      </Columns>
    </>
  );
}
