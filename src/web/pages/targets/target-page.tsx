import { useParams } from '@tanstack/react-router';
import { countryName } from '#core/countries.ts';
import type { TargetDetail } from '#observations/schemas.ts';
import { useTarget } from '#web/api/observations.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { RiskPanel } from '#web/pages/risk/risk-panel.tsx';
import { Addresses } from '#web/parts/addresses.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Reasons } from '#web/parts/reasons.tsx';
import { Time } from '#web/parts/time.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { count } from '#web/words/format.ts';
import { gradeWords, severityWords } from '#web/words/observed.ts';
import { KnownPanel } from './known-panel.tsx';
import { LinksPanel } from './links-panel.tsx';
import { filesBySeverity } from './target-columns.tsx';
import classes from './target-page.module.css';

/** One target at the lead: what was observed, and why it ranks where it does. */
export function TargetPage() {
  const { id } = useParams({ from: '/$agency/targets/$id' });
  const detail = useTarget(id);
  useSubject('target', id);
  return <Loaded query={detail}>{(data) => <Target detail={data} />}</Loaded>;
}

function Target({ detail }: { detail: TargetDetail }) {
  const { target, ranking, addresses } = detail;
  return (
    <>
      <PageHead
        title={t('case.title', { id: target.clientId.slice(0, 12) })}
        lead={
          <>
            <span>{target.country === null ? t('target.noCountry') : countryName(target.country)}</span>
            {target.imminentRisk && (
              <StateMark
                look={{ shape: 'diamond', tone: 'bad' }}
                word={t('target.risk', { reason: target.imminentRisk.reason })}
              />
            )}
          </>
        }
      />
      <div className={classes.columns}>
        <div className={classes.side}>
          <Panel title={t('column.score')}>
            <Reasons score={target.score} reasons={ranking.parts} />
          </Panel>
          <Panel title={t('case.observed')}>
            <Observed target={target} ranking={ranking} />
          </Panel>
        </div>
        <div className={classes.side}>
          <RiskPanel targetId={target.targetId} country={target.country} />
          <KnownPanel target={target} />
          <LinksPanel targetId={target.targetId} />
          <Panel title={t('column.addresses')}>
            <Addresses
              addresses={addresses.map(({ rows, disagreement, ...address }) => ({
                ...address,
                observations: rows,
                disputed: disagreement,
              }))}
            />
          </Panel>
        </div>
      </div>
    </>
  );
}

function Observed({ target, ranking }: Pick<TargetDetail, 'target' | 'ranking'>) {
  const grades = Object.entries(target.grades).map(([grade, observations]) => ({
    grade,
    observations: observations ?? 0,
  }));
  return (
    <Facts
      facts={[
        { name: t('case.clientId'), value: <span className="mono">{target.clientId}</span> },
        { name: t('target.software'), value: target.software.join(', ') || t('format.none') },
        {
          name: t('target.seen'),
          value: (
            <>
              <Time at={target.firstSeenAt} /> – <Time at={target.lastSeenAt} />
            </>
          ),
        },
        { name: t('target.activeDays'), value: count(target.activeDays) },
        {
          name: t('target.observations'),
          value: `${count(target.rows)}, ${t('target.direct', { count: target.directRows })}`,
        },
        {
          name: t('target.files'),
          value: `${count(target.distinctFiles)}${severityWords(filesBySeverity(target.filesByCode))}`,
        },
        { name: t('target.grades'), value: gradeWords(grades) },
        {
          name: t('target.countries'),
          value: target.countries.map(countryName).join(', ') || t('format.none'),
        },
        {
          name: t('target.ranking'),
          value: (
            <>
              {ranking.version}, <Time at={ranking.rankedAt} />
            </>
          ),
        },
      ]}
    />
  );
}
