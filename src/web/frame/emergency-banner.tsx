import { Link } from '@tanstack/react-router';
import type { EmergencyView } from '#access/break-glass/schemas.ts';
import { useEmergencies } from '#web/api/emergencies.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Shape } from '#web/state/shape.tsx';
import classes from './risk-banner.module.css';

const SHOWN = 3;

/** On every page of whom it concerns, until it is reviewed: an operation was opened at once. */
export function EmergencyBanner() {
  const agency = useAgency();
  const standing = useEmergencies().data?.emergencies ?? [];
  if (standing.length === 0) return null;
  return (
    <section className={`${classes.banner} no-print`} role="alert" aria-label={t('emergency.banner')}>
      <svg viewBox="-6 -6 12 12" width="16" height="16" aria-hidden="true">
        <Shape shape="triangle" />
      </svg>
      <strong className={classes.word}>{t('emergency.banner')}</strong>
      <ul className={classes.risks}>
        {standing.slice(0, SHOWN).map((one) => (
          <li key={one.emergencyId}>
            <Link to="/$agency/emergencies" params={{ agency }}>
              {t('emergency.by', { officer: one.officer, operation: one.operation })}
            </Link>
            <span className={classes.reason}>{one.reason}</span>
            <span className={classes.since}>{emergencyWords(one)}</span>
          </li>
        ))}
        {standing.length > SHOWN && <li>{t('emergency.more', { count: standing.length - SHOWN })}</li>}
      </ul>
    </section>
  );
}

/** Its state, with the time that is left. */
export function emergencyWords({ state, minutesLeft, justifyMinutesLeft }: EmergencyView): string {
  if (state === 'open') return t('emergency.state.open', { minutes: minutesLeft });
  if (state === 'ended') return t('emergency.state.ended', { minutes: justifyMinutesLeft });
  return t(`emergency.state.${state}`);
}
