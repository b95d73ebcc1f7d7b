import { useParams } from '@tanstack/react-router';
import { useCaseTarget } from '#web/api/casework.ts';
import { useSession } from '#web/api/session.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { RiskPanel } from '#web/pages/risk/risk-panel.tsx';
import { LoadedTarget } from '#web/parts/closed-record.tsx';
import { Flags } from '#web/parts/flags.tsx';
import { HoldNotice } from '#web/parts/hold-notice.tsx';
import { OutcomeMark } from '#web/parts/outcome-mark.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { TargetFacts } from '#web/parts/target-facts.tsx';
import { shortId } from '#web/words/format.ts';
import classes from './case-target-page.module.css';
import { OutcomeFormPanel } from './outcome-form.tsx';
import { OutcomeHistory } from './outcome-history.tsx';
import { PersonPanel } from './person-panel.tsx';
import { RegisterButton } from './register-button.tsx';

/** One target of this agency: what was observed, what came of it, and the form that records it. */
export function CaseTargetPage() {
  const { targetId } = useParams({ from: '/$agency/casework/$targetId' });
  const detail = useCaseTarget(targetId);
  const { country } = useSession().agency;
  useSubject('target', targetId);
  return (
    <LoadedTarget query={detail} targetId={targetId}>
      {({ target, document, history, persons, reports }) => (
        <>
          <PageHead
            title={t('case.title', { id: shortId(targetId) })}
            lead={
              <>
                <OutcomeMark outcome={target.current?.outcome ?? 'pending'} />
                <Flags flags={target.current?.flags ?? []} />
                <span>
                  {t('case.rank')} {target.rank}
                </span>
              </>
            }
            actions={<RegisterButton targetId={targetId} />}
          />
          <HoldNotice kind="target" id={targetId} />
          <div className={classes.columns}>
            <OutcomeFormPanel key={targetId} targetId={targetId} current={target.current} />
            <div className={classes.side}>
              <RiskPanel targetId={targetId} country={country} />
              <PersonPanel key={target.person.version} target={target} persons={persons} />
              <Panel title={t('case.observed')}>
                <TargetFacts document={document} />
              </Panel>
              <OutcomeHistory history={history} reports={reports} />
            </div>
          </div>
        </>
      )}
    </LoadedTarget>
  );
}
