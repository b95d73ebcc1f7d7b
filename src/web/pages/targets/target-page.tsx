import { useParams } from '@tanstack/react-router';
import { countryName } from '#core/countries.ts';
import type { TargetDetail } from '#observations/schemas.ts';
import { useTarget } from '#web/api/observations.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { RiskPanel } from '#web/pages/risk/risk-panel.tsx';
import { LoadedTarget } from '#web/parts/closed-record.tsx';
import { HoldNotice } from '#web/parts/hold-notice.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Reasons } from '#web/parts/reasons.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { ActivityPanel } from './activity-panel.tsx';
import { AddressesPanel } from './addresses-panel.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { KnownPanel } from './known-panel.tsx';
import { LinksPanel } from './links-panel.tsx';
import { ObservationsPanel } from './observations-panel.tsx';
import { FileFacts, GradeFacts, ObservedFacts } from './observed-facts.tsx';
import { TimeLeft } from './target-columns.tsx';
import classes from './target-page.module.css';

/** One target at the lead: what was observed of it, why it ranks where it does, until when it can be identified, what was done. */
export function TargetPage() {
  const { id } = useParams({ from: '/$agency/targets/$id' });
  const detail = useTarget(id);
  useSubject('target', id);
  return (
    <LoadedTarget query={detail} targetId={id}>
      {(data) => <Target detail={data} />}
    </LoadedTarget>
  );
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
      <HoldNotice kind="target" id={target.targetId} />
      <div className={classes.parts}>
        <div className={classes.columns}>
          <div className={classes.side}>
            <Panel title={t('life.clock')}>
              <Clock clock={detail.clock} />
            </Panel>
            <Panel title={t('column.score')}>
              <Reasons score={target.score} reasons={ranking.parts} />
            </Panel>
            <RiskPanel targetId={target.targetId} country={target.country} />
            <KnownPanel target={target} />
          </div>
          <div className={classes.side}>
            <Panel title={t('case.observed')}>
              <ObservedFacts target={target} ranking={ranking} />
            </Panel>
            <Panel title={t('life.files')}>
              <FileFacts target={target} />
            </Panel>
            <Panel title={t('life.grades')}>
              <GradeFacts target={target} />
            </Panel>
          </div>
        </div>
        <ActivityPanel targetId={target.targetId} />
        <AddressesPanel target={target} addresses={addresses} />
        <ObservationsPanel targetId={target.targetId} />
        <div className={classes.columns}>
          <div className={classes.side}>
            <LinksPanel targetId={target.targetId} />
          </div>
          <div className={classes.side}>
            <HistoryPanel targetId={target.targetId} />
          </div>
        </div>
      </div>
    </>
  );
}

/** How long an operator can still name it, and by whose rule. */
function Clock({ clock: { hoursLeft, words } }: { clock: TargetDetail['clock'] }) {
  return (
    <div className={classes.clock}>
      <TimeLeft hours={hoursLeft} />
      <p>{words}</p>
    </div>
  );
}
