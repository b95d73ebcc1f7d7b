import { useStanding } from '#web/api/condition.ts';
import { t } from '#web/messages/messages.ts';
import { Shape } from '#web/state/shape.tsx';
import classes from './condition-banner.module.css';

/** On every page, signed in or not, while the node cannot do all: what it cannot, and that nothing is lost. */
export function ConditionBanner() {
  const standing = useStanding();
  if (standing === undefined || standing === 'ready' || standing === 'degraded') return null;
  return (
    <section
      className={`${classes.banner} no-print`}
      data-grave={standing !== 'read-only'}
      role="alert"
      aria-label={t('condition.label')}
    >
      <svg viewBox="-6 -6 12 12" width="16" height="16" aria-hidden="true">
        <Shape shape="diamond" />
      </svg>
      <p>{t(`condition.${standing}`)}</p>
    </section>
  );
}
