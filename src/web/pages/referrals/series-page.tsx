import { useParams } from '@tanstack/react-router';
import type { SeriesView } from '#referrals/schemas.ts';
import { useSeries } from '#web/api/referrals.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Done } from '#web/parts/done.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { HandlingInWords } from '#web/parts/handling.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { Milestones } from '#web/parts/milestones.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { ProofLink } from '#web/parts/proof-link.tsx';
import { Time } from '#web/parts/time.tsx';
import { SERIES_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { MissingPermissions } from './missing-permissions.tsx';
import { SeriesLink } from './referral-link.tsx';
import { RefusedClaim } from './refused-claim.tsx';
import { SeriesActs } from './series-acts.tsx';
import { SeriesItems } from './series-items.tsx';

/** One series: what it holds, how far it is, and the act that comes next. */
export function SeriesPage() {
  const { id } = useParams({ from: '/$agency/referrals/icse/$id' });
  const series = useSeries(id);
  useSubject('icse-series', id);
  return <Loaded query={series}>{(data) => <Shown series={data} />}</Loaded>;
}

function Shown({ series }: { series: SeriesView }) {
  return (
    <>
      <PageHead
        title={series.name}
        lead={
          <>
            <StateMark look={SERIES_LOOK[series.state]} word={t(`series.${series.state}`)} />
            <span>{series.caseReference}</span>
            <span>{t('icse.itemCount', { count: series.itemCount })}</span>
          </>
        }
      />
      <Columns
        side={
          <>
            <MissingPermissions
              kind="icse"
              referralId={series.seriesId}
              missing={series.missingPermissions}
            />
            <SeriesActs series={series} />
            <Panel title={t('icse.about')}>
              <Facts
                facts={[
                  series.onBehalfOf !== null && {
                    name: t('icse.onBehalfOf'),
                    value: <Agency id={series.onBehalfOf} />,
                  },
                  series.remainderOf !== null && {
                    name: t('icse.remainderOf'),
                    value: <SeriesLink seriesId={series.remainderOf}>{t('icse.formerSeries')}</SeriesLink>,
                  },
                  { name: t('package.codes'), value: <HandlingInWords handling={series.handling} /> },
                  { name: t('icse.seriesDigest'), value: <Digest value={series.seriesDigest} whole /> },
                  { name: t('report.contentDigest'), value: <Digest value={series.contentDigest} whole /> },
                ]}
              />
            </Panel>
          </>
        }
      >
        {series.state === 'claim-refused' && <RefusedClaim series={series} />}
        <Panel title={t('referrals.howFar')}>
          <Milestones steps={stepsOf(series)} />
        </Panel>
        <SeriesItems seriesId={series.seriesId} />
      </Columns>
    </>
  );
}

function stepsOf({ seriesId, prepared, approved, claim, sent, confirmed, overlapCount }: SeriesView) {
  const notYet = <span className="soft">{t('form.notYet')}</span>;
  const granted = claim?.state === 'granted';
  return [
    { name: t('icse.step.prepared'), state: 'done' as const, value: <Done {...prepared} /> },
    {
      name: t('icse.step.approved'),
      state: approved ? ('done' as const) : ('open' as const),
      value: approved ? <Done {...approved} /> : notYet,
    },
    {
      name: t('icse.step.claim'),
      state: granted
        ? ('done' as const)
        : claim?.state === 'refused'
          ? ('failed' as const)
          : ('open' as const),
      value: claim ? (
        <>
          {t(`series.claim-${claim.state}`)}, <Time at={claim.changedAt} />
          {claim.state === 'refused' && <div>{t('icse.overlapCount', { count: overlapCount })}</div>}
        </>
      ) : (
        notYet
      ),
    },
    {
      name: t('icse.step.sent'),
      state: sent ? ('done' as const) : ('open' as const),
      value: sent ? (
        <>
          <Done {...sent} /> <ProofLink kind="icse-series" id={seriesId} />
        </>
      ) : (
        notYet
      ),
    },
    {
      name: t('icse.step.confirmed'),
      state: confirmed ? ('done' as const) : ('open' as const),
      value: confirmed ? (
        <>
          <span className="mono">{confirmed.icseReference}</span>, <Done {...confirmed} />
        </>
      ) : (
        notYet
      ),
    },
  ];
}
