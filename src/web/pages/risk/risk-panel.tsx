import type { RiskView } from '#casework/risk-routes.ts';
import { useOperation } from '#web/api/operation.ts';
import { useRiskHistory, useSayRisk } from '#web/api/risks.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { Loaded } from '#web/parts/loaded.tsx';
import { ReasonForm } from '#web/parts/reason-form.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { RiskWords } from './risk-words.tsx';

interface Props {
  readonly targetId: string;
  /** The target's country: its unit is told. */
  readonly country: string | null;
}

/** "Somebody may be harmed now": raised and cleared with a reason, every word kept. */
export function RiskPanel({ targetId, country }: Props) {
  const history = useRiskHistory(targetId);
  return (
    <Loaded query={history}>
      {({ risks }) => (
        <>
          <RiskAct key={risks[0]?.alarmId ?? ''} targetId={targetId} country={country} standing={risks[0]} />
          {risks.length > 0 && <RiskWords words={risks} />}
        </>
      )}
    </Loaded>
  );
}

function RiskAct({ targetId, country, standing }: Props & { standing: RiskView | undefined }) {
  const operation = useOperation();
  const say = useSayRisk(targetId);
  const raised = standing?.state === 'raised';
  const why =
    whyNot(useSession(), raised ? 'risks.clear' : 'risks.raise', operation?.operationId) ??
    (country === null ? t('risk.noCountry') : undefined);
  const unit = operation?.participants.find((participant) => participant.country === country)?.agencyId;
  const told = [...new Set([unit, operation?.lead, operation?.coordinator])]
    .filter((id) => id !== undefined)
    .map((id) => agencyName(operation, id))
    .join(', ');
  return (
    <ReasonForm
      title={t(raised ? 'risk.clear' : 'risk.raise')}
      words={<p>{t(raised ? 'risk.clearWords' : 'risk.raiseWords', { agencies: told })}</p>}
      act={t(raised ? 'risk.clearAct' : 'risk.raiseAct')}
      label={t(raised ? 'risk.clearReason' : 'risk.raiseReason')}
      hint={t('risk.reasonHint')}
      why={why}
      grave={!raised}
      folded={!raised}
      change={say}
      onAct={(reason) => say.mutate({ state: raised ? 'cleared' : 'raised', reason })}
    />
  );
}
