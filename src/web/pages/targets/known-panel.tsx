import type { TargetRow } from '#observations/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useAct } from '#web/api/resource.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { ReasonForm } from '#web/parts/reason-form.tsx';

/** What some agency holds of the target already: noted with its reason, and taken back. */
export function KnownPanel({ target }: { target: Pick<TargetRow, 'targetId' | 'known'> }) {
  const { targetId, known } = target;
  const say = useAct<{ reason: string | null }>(() => `/targets/${targetId}/known`);
  const why = whyNot(useSession(), 'targets.flag', useOperation()?.operationId);
  if (known)
    return (
      <ActForm
        title={t('known.title')}
        words={<p>{t('known.clearWords', { reason: known.reason })}</p>}
        act={t('known.clearAct')}
        why={why}
        pending={say.isPending}
        error={say.error}
        onAct={() => say.mutate({ reason: null })}
      />
    );
  return (
    <ReasonForm
      title={t('known.title')}
      words={<p>{t('known.words')}</p>}
      act={t('known.act')}
      label={t('known.reason')}
      why={why}
      folded
      change={say}
      onAct={(reason) => say.mutate({ reason })}
    />
  );
}
