import type { ErasureView } from '#exchange/erasure/schemas.ts';
import { useErasures } from '#web/api/letters.ts';
import { useOperation } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Stack } from '#web/parts/columns.tsx';
import { Done } from '#web/parts/done.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import { Until } from '#web/parts/until.tsx';
import { DELIVERY_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { localDate, shortId } from '#web/words/format.ts';
import { DecideForm } from './decide-form.tsx';
import classes from './letter.module.css';
import { LettersTabs } from './letters-tabs.tsx';

type Item = ErasureView['items'][number];
type Certificate = ErasureView['certificates'][number];

/** Requests to erase, both ways: what is to be decided here, and who has certified. */
export function ErasurePage() {
  const erasures = useErasures();
  return (
    <>
      <PageHead title={t('erasure.title')} lead={t('erasure.lead')} />
      <LettersTabs />
      <Loaded query={erasures}>
        {({ erasures: requests }) =>
          requests.length === 0 ? (
            <Empty what={t('erasure.empty')}>{t('erasure.emptyDo')}</Empty>
          ) : (
            <Stack>
              {requests.map((request) => (
                <Request key={request.requestId} request={request} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </>
  );
}

function Request({ request }: { request: ErasureView }) {
  const operation = useOperation();
  const { direction, from, requestId, dueAt, items, certificates } = request;
  const received = direction === 'received';
  const title = received ? t('erasure.from', { agency: agencyName(operation, from) }) : t('erasure.ofUs');
  return (
    <>
      <Panel title={title} aside={<span className="soft mono">{shortId(requestId)}</span>}>
        <div className={classes.stack}>
          <Facts
            columns={2}
            facts={[
              { name: t('erasure.because'), value: t(`erasure.reason.${request.reason}`) },
              { name: t('erasure.basis'), value: request.legalBasis },
              { name: t('queries.asked'), value: <Done at={request.askedAt} by={request.askedBy} /> },
              {
                name: t('letter.due'),
                value: request.certifiedAt ? <Time at={dueAt} /> : <Until at={dueAt} />,
              },
            ]}
          />
          {received || request.decidedAt ? (
            <ul className={classes.files}>
              {items.map((item) => (
                <li key={item.messageId}>
                  <span className="mono">{shortId(item.messageId)}</span>
                  {partsWords(item)} {itemWords(item)}
                </li>
              ))}
            </ul>
          ) : null}
          {certificates.map((certificate) => (
            <Certified key={certificate.agency} certificate={certificate} />
          ))}
        </div>
      </Panel>
      {received && request.decidedAt === null && <DecideForm request={request} />}
    </>
  );
}

/** Which parts of it, where not all of it is to go. */
function partsWords({ only }: Item): string {
  return only.length === 0 ? '' : t('erasure.only', { parts: only.map((id) => shortId(id)).join(', ') });
}

function itemWords({ outcome, reason }: Item): string {
  if (outcome === null) return t('erasure.item.open');
  return outcome === 'kept' ? t('erasure.item.kept', { reason: reason ?? '' }) : t(`erasure.item.${outcome}`);
}

function Certified({ certificate }: { certificate: Certificate }) {
  const operation = useOperation();
  const { agency, certificateId, at, overdue, items, remains } = certificate;
  const state = certificateId === null ? (overdue ? 'overdue' : 'open') : 'certified';
  const look = {
    overdue: DELIVERY_LOOK.overdue,
    open: DELIVERY_LOOK.sent,
    certified: DELIVERY_LOOK.acknowledged,
  }[state];
  return (
    <div className={classes.marks}>
      <span>
        <StateMark look={look} word={`${agencyName(operation, agency)}: ${t(`erasure.${state}`)}`} />{' '}
        {at !== null && <Time at={at} />}
      </span>
      {items.map((item) => (
        <span key={item.messageId} className="soft">
          {shortId(item.messageId)} {partsWords(item)}: {itemWords(item)}
        </span>
      ))}
      {remains.map(({ what, until, reason }) => (
        <span key={what} className="soft">
          {until === null
            ? t('erasure.forGood', { what, reason })
            : t('erasure.until', { what, until: localDate(until, true), reason })}
        </span>
      ))}
    </div>
  );
}
