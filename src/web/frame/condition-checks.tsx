import { useChecks } from '#web/api/condition.ts';
import { useAgency } from '#web/api/operation.ts';
import { may, useSession } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import classes from './condition-checks.module.css';

/** For the administrator of the node, on every page: what is to be seen to, and what to do. */
export function ConditionChecks() {
  const administers = may(useSession(), 'node.administer', undefined);
  const wrong = useChecks(useAgency(), administers).data?.checks.filter(({ state }) => state !== 'ok') ?? [];
  if (wrong.length === 0) return null;
  return (
    <section className={`${classes.checks} no-print`} aria-label={t('condition.degraded')}>
      <strong>{t('condition.degraded')}</strong>
      <dl>
        {wrong.map(({ name, says }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
