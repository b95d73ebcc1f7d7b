import { useParams } from '@tanstack/react-router';
import type {
  CounterpartDetail,
  DifferenceView,
  ReconciliationView,
} from '#exchange/reconciliation/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { useAskCounterpart, useCounterpart } from '#web/api/tracking.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { ProofLink } from '#web/parts/proof-link.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { MessageLink } from './message-link.tsx';
import { MessagesTabs } from './messages-tabs.tsx';

/** One counterpart: what its newest statement and the records here say of the same messages. */
export function CounterpartPage() {
  const { id } = useParams({ from: '/$agency/messages/counterparts/$id' });
  useSubject('agency', id);
  return <Loaded query={useCounterpart(id)}>{(detail) => <Detail detail={detail} />}</Loaded>;
}

function Detail({ detail }: { detail: CounterpartDetail }) {
  const { agencyId, newest, differences, more } = detail;
  return (
    <>
      <PageHead
        title={t('counterpart.title', { agency: agencyName(useOperation(), agencyId) })}
        lead={t('counterpart.lead')}
      />
      <MessagesTabs />
      <Columns wide side={<Side agencyId={agencyId} newest={newest} />}>
        <Sheet>
          <DataTable
            name="differences"
            label={t('counterpart.differences')}
            heading={t('counterpart.differences')}
            columns={COLUMNS}
            rows={differences}
            rowId={({ messageId, difference }) => `${messageId} ${difference}`}
            empty={
              newest ? (
                <Empty what={t('counterpart.noDifference')}>{t('counterpart.noDifferenceDo')}</Empty>
              ) : (
                <Empty what={t('counterpart.nothing')}>{t('counterpart.askWords')}</Empty>
              )
            }
          />
          {more && <p className="soft">{t('counterpart.more')}</p>}
        </Sheet>
      </Columns>
    </>
  );
}

const COLUMNS: readonly DataColumn<DifferenceView>[] = [
  {
    id: 'severity',
    header: t('counterpart.severity'),
    width: 90,
    cell: ({ severity }) =>
      severity === 'alarm' ? (
        <StateMark look={{ shape: 'triangle', tone: 'bad' }} word={t('counterpart.alarm')} />
      ) : (
        <StateMark look={{ shape: 'half', tone: 'wait' }} word={t('counterpart.openOne')} />
      ),
  },
  {
    id: 'message',
    header: t('counterpart.message'),
    cell: ({ messageId, kind, direction }) => (
      <>
        <MessageLink messageId={messageId} kind={kind} direction={direction} />{' '}
        <span className="soft">{t(`messages.${direction}`).toLocaleLowerCase()}</span>
      </>
    ),
  },
  { id: 'here', header: t('counterpart.hereState'), cell: ({ here }) => here ?? t('counterpart.absent') },
  { id: 'there', header: t('counterpart.thereState'), cell: ({ there }) => there ?? t('counterpart.absent') },
  { id: 'what', header: t('counterpart.what'), wrap: true, width: 340, cell: ({ sentence }) => sentence },
];

function Side({ agencyId, newest }: { agencyId: string; newest: ReconciliationView | null }) {
  const ask = useAskCounterpart(agencyId);
  const why = whyNot(useSession(), 'exchange.send', useOperation()?.operationId);
  return (
    <>
      <Standing agencyId={agencyId} newest={newest} />
      <ActForm
        title={t('counterpart.ask')}
        words={<p>{t('counterpart.askWords')}</p>}
        act={t('counterpart.ask')}
        why={why}
        pending={ask.isPending}
        error={ask.error}
        done={ask.isSuccess ? t('counterpart.askedNow') : undefined}
        onAct={() => ask.mutate({ answerWanted: true })}
      />
    </>
  );
}

function Standing({ agencyId, newest }: { agencyId: string; newest: ReconciliationView | null }) {
  if (!newest)
    return (
      <Panel title={t('counterpart.standing')}>
        <p className="soft">{t('counterpart.nothing')}</p>
      </Panel>
    );
  const of = (have: number, all: number) => t('counterparts.of', { have, all });
  return (
    <Panel title={t('counterpart.standing')}>
      <Facts
        facts={[
          { name: t('counterparts.ours'), value: of(newest.oursThere, newest.oursSent) },
          { name: t('counterparts.theirs'), value: of(newest.theirsHere, newest.theirsSent) },
          { name: t('counterpart.onTheWay'), value: newest.onTheWay },
          { name: t('counterpart.openOne'), value: newest.open },
          { name: t('counterpart.alarm'), value: newest.alarms },
          {
            name: t('counterpart.period'),
            value: (
              <>
                {newest.fromAt ? <Time at={newest.fromAt} /> : t('counterpart.fromStart')} –{' '}
                <Time at={newest.untilAt} />
              </>
            ),
          },
          { name: t('counterpart.stated'), value: <Time at={newest.statedAt} /> },
          { name: t('counterpart.compared'), value: <Time at={newest.comparedAt} /> },
          { name: t('message.proof'), value: <ProofLink kind="agency" id={agencyId} /> },
        ]}
      />
    </Panel>
  );
}
