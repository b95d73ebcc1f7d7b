import { useNavigate } from '@tanstack/react-router';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSetRule } from '#web/api/retention.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { PageHead } from '#web/parts/page-head.tsx';
import { RuleForm } from './rule-form.tsx';

/** A rule of its own, for a country or for one of its operators. */
export function NewRulePage() {
  const set = useSetRule();
  const agency = useAgency();
  const navigate = useNavigate();
  const why = whyNot(useSession(), 'retention.edit', useOperation()?.operationId);
  return (
    <>
      <PageHead title={t('retention.new')} />
      <RuleForm
        title={t('retention.new')}
        words={t('retention.newWords')}
        act={t('retention.newAct')}
        why={why}
        done={set.isSuccess ? t('retention.entered') : undefined}
        change={set}
        onAct={(content, reason) =>
          set.mutate(
            { content, reason },
            {
              onSuccess: ({ ruleId }) =>
                void navigate({ to: '/$agency/retention/rules/$ruleId', params: { agency, ruleId } }),
            },
          )
        }
      />
    </>
  );
}
