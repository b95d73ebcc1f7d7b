import { Link } from '@tanstack/react-router';
import type { Contradiction } from '#casework/schemas.ts';
import { countryName } from '#core/countries.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { ALERT_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import classes from './contradictions.module.css';

/** Where reports contradict each other or what was sent. */
export function Contradictions({ contradictions }: { contradictions: readonly Contradiction[] }) {
  const agency = useAgency();
  return (
    <Panel title={t('reports.contradictions')} flush>
      <ul className={classes.list}>
        {contradictions.map(({ kind, country, reportId, words }) => (
          <li key={`${kind} ${reportId}`}>
            <StateMark look={ALERT_LOOK.contradiction} word={countryName(country)} />
            <Link to="/$agency/reports/$id" params={{ agency, id: reportId }}>
              {words}
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
