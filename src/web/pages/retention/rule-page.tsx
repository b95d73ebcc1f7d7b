import { useParams } from '@tanstack/react-router';
import type { RuleVersions, RuleView } from '#observations/retention/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useRuleVersions, useSetRule, useWithdrawRule } from '#web/api/retention.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { Columns } from '#web/parts/columns.tsx';
import { Done } from '#web/parts/done.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { ReasonForm } from '#web/parts/reason-form.tsx';
import { Time } from '#web/parts/time.tsx';
import { count } from '#web/words/format.ts';
import { scopeWords } from './rule-columns.tsx';
import { RuleForm } from './rule-form.tsx';

/** One rule: the version that stands, how to change it, and every version before. */
export function RulePage() {
  const { ruleId } = useParams({ from: '/$agency/retention/rules/$ruleId' });
  useSubject('retention-rule', ruleId);
  const versions = useRuleVersions(ruleId);
  return <Loaded query={versions}>{(data) => <Shown versions={data.versions} />}</Loaded>;
}

function Shown({ versions }: RuleVersions) {
  const last = versions.at(-1);
  if (!last) return null;
  const { rule, withdrawn } = last;
  return (
    <>
      <PageHead
        title={t('retention.rule', { scope: scopeWords(rule) })}
        lead={withdrawn ? <strong>{t('retention.withdrawn')}</strong> : undefined}
      />
      <Columns side={versions.toReversed().map((one) => <Version key={one.rule.version} {...one} />)}>
        {!withdrawn && <Change key={rule.version} rule={rule} />}
      </Columns>
    </>
  );
}

function Change({ rule }: { rule: RuleView }) {
  const set = useSetRule();
  const withdraw = useWithdrawRule();
  const why = whyNot(useSession(), 'retention.edit', useOperation()?.operationId);
  const { ruleId, version } = rule;
  return (
    <>
      <RuleForm
        title={t('retention.change')}
        words={t('retention.changeWords')}
        act={t('retention.changeAct')}
        rule={rule}
        why={why}
        done={set.isSuccess ? t('retention.changed') : undefined}
        change={set}
        onAct={(content, reason) => set.mutate({ content, reason, revises: { ruleId, version } })}
      />
      <ReasonForm
        title={t('retention.withdraw')}
        words={<p>{t('retention.withdrawWords')}</p>}
        act={t('retention.withdrawAct')}
        label={t('retention.withdrawReason')}
        why={why}
        grave
        folded
        change={withdraw}
        onAct={(reason) => withdraw.mutate({ ruleId, version, reason })}
      />
    </>
  );
}

function Version({ rule, withdrawn }: RuleVersions['versions'][number]) {
  const day = (at: string | null) => at !== null && <Time at={at} day />;
  return (
    <Panel
      title={`${t('column.version')} ${count(rule.version)}${withdrawn ? `: ${t('retention.withdrawn')}` : ''}`}
    >
      <Facts
        facts={[
          { name: t('retention.days'), value: count(rule.daysKept) },
          { name: t('retention.class'), value: t(`retention.class.${rule.dataClass}`) },
          rule.inForceFrom !== null && { name: t('retention.from'), value: day(rule.inForceFrom) },
          rule.inForceUntil !== null && { name: t('retention.until'), value: day(rule.inForceUntil) },
          { name: t('retention.law'), value: rule.legalReference },
          { name: t('retention.source'), value: rule.source },
          {
            name: t('retention.verified'),
            value:
              rule.verifiedOn === null ? (
                t('retention.notVerified')
              ) : (
                <>
                  {rule.verifiedBy}, {day(rule.verifiedOn)}
                </>
              ),
          },
          { name: t('retention.entry'), value: <Done at={rule.enteredAt} by={rule.enteredBy} /> },
          { name: t('retention.why'), value: rule.reason },
        ]}
      />
    </Panel>
  );
}
