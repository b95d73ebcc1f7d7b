import { useParams } from '@tanstack/react-router';
import type { ReceivedSeriesView } from '#referrals/schemas.ts';
import { useConfirmSeries, useIcse } from '#web/api/referrals.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Done } from '#web/parts/done.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { HandlingInWords } from '#web/parts/handling.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import { count } from '#web/words/format.ts';
import { ConfirmForm } from './confirm-form.tsx';

/** A series that came, at the recipient: confirmed with the reference that the database gave it. */
export function ReceivedSeriesPage() {
  const { id } = useParams({ from: '/$agency/referrals/received/$id' });
  const icse = useIcse();
  useSubject('icse-series', id);
  return (
    <Loaded query={icse}>
      {({ received }) => {
        const series = received.find(({ seriesId }) => seriesId === id);
        return series ? <Shown series={series} /> : <Empty what={t('icse.notHere')} />;
      }}
    </Loaded>
  );
}

function Shown({ series }: { series: ReceivedSeriesView }) {
  const confirm = useConfirmSeries(series.seriesId, true);
  return (
    <>
      <PageHead
        title={series.name}
        lead={
          <>
            <Agency id={series.from} />
            <span>{series.caseReference}</span>
          </>
        }
      />
      <Columns
        side={
          series.confirmed ? (
            <Panel title={t('icse.step.confirmed')}>
              <p>
                <strong className="mono">{series.confirmed.icseReference}</strong>
              </p>
              <p className="soft">
                <Done {...series.confirmed} />
              </p>
            </Panel>
          ) : (
            <ConfirmForm words={t('icse.confirmOwnWords')} confirm={confirm} />
          )
        }
      >
        <Panel title={t('icse.about')}>
          <Facts
            facts={[
              { name: t('column.from'), value: <Agency id={series.from} /> },
              series.onBehalfOf !== null && {
                name: t('icse.onBehalfOf'),
                value: <Agency id={series.onBehalfOf} />,
              },
              { name: t('icse.case'), value: series.caseReference },
              { name: t('column.files'), value: count(series.itemCount) },
              { name: t('package.receivedAt'), value: <Time at={series.receivedAt} /> },
              { name: t('package.codes'), value: <HandlingInWords handling={series.handling} /> },
              { name: t('report.contentDigest'), value: <Digest value={series.contentDigest} whole /> },
            ]}
          />
        </Panel>
      </Columns>
    </>
  );
}
