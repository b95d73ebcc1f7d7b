import { countryName } from '#core/countries.ts';
import type { ProgrammeView } from '#operations/programme-schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { count } from '#web/words/format.ts';
import classes from './members.module.css';

/** The members, the one that leads first. */
export function Members({ members }: Pick<ProgrammeView, 'members'>) {
  const sorted = members.toSorted(
    (a, b) => Number(b.leads) - Number(a.leads) || a.name.localeCompare(b.name),
  );
  return (
    <div id="members">
      <Panel title={t('programme.members')} aside={<span className="soft">{count(members.length)}</span>}>
        <ul className={classes.members}>
          {sorted.map(({ name, country, agencyId, leads }) => (
            <li key={name}>
              <span title={agencyId ?? t('programme.noNode')}>{name}</span>
              {leads ? (
                <StateMark look={{ shape: 'diamond', tone: 'active' }} word={t('programme.leads')} />
              ) : (
                country !== null &&
                countryName(country) !== name && <span className="soft">{countryName(country)}</span>
              )}
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}
