import { countryName } from '#core/countries.ts';
import { useOperation } from '#web/api/operation.ts';
import { useRisks } from '#web/api/risks.ts';
import { may, useSession } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { TargetPlaceLink } from '#web/parts/target-place-link.tsx';
import { Until } from '#web/parts/until.tsx';
import { Shape } from '#web/state/shape.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { shortId } from '#web/words/format.ts';
import classes from './risk-banner.module.css';

const SHOWN = 3;

/** On every page of a node concerned, while an alarm stands: who may be harmed, and where to act. */
export function RiskBanner() {
  const operation = useOperation();
  return may(useSession(), 'targets.read', operation?.operationId) ? <Standing /> : null;
}

function Standing() {
  const operation = useOperation();
  const risks = useRisks().data?.risks ?? [];
  if (risks.length === 0) return null;
  return (
    <section className={classes.banner} role="alert" aria-label={t('risk.banner')}>
      <svg viewBox="-6 -6 12 12" width="16" height="16" aria-hidden="true">
        <Shape shape="diamond" />
      </svg>
      <strong className={classes.word}>{t('risk.banner')}</strong>
      <ul className={classes.risks}>
        {risks.slice(0, SHOWN).map((risk) => (
          <li key={risk.alarmId}>
            <TargetPlaceLink targetId={risk.targetId} country={risk.country}>
              {t('risk.where', { country: countryName(risk.country), id: shortId(risk.targetId) })}
            </TargetPlaceLink>
            <span className={classes.reason}>{risk.reason}</span>
            <span className={classes.since}>
              {agencyName(operation, risk.raisedByAgency)}, <Until at={risk.raisedAt} past="ago" />
            </span>
          </li>
        ))}
        {risks.length > SHOWN && <li>{t('risk.more', { count: risks.length - SHOWN })}</li>}
      </ul>
    </section>
  );
}
