import type { MeetingView } from '#operations/meeting-schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { type StateLook, StateMark } from '#web/state/state-mark.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import classes from './attendance.module.css';

type Standing = 'present' | 'uninvited' | 'absent' | 'invited';

const LOOK: Readonly<Record<Standing, StateLook>> = {
  present: { shape: 'tick', tone: 'good' },
  uninvited: { shape: 'tick', tone: 'wait' },
  absent: { shape: 'cross', tone: 'idle' },
  invited: { shape: 'ring', tone: 'idle' },
};

/** Each agency: invited, come or not, and by whom. */
export function Attendance({ meeting: { agencies, state } }: { meeting: MeetingView }) {
  const operation = useOperation();
  const standing = ({ invited, present }: { invited: boolean; present: boolean }): Standing =>
    present ? (invited ? 'present' : 'uninvited') : state === 'planned' ? 'invited' : 'absent';
  const invited = agencies.filter((agency) => agency.invited);
  return (
    <div id="agencies">
      <Panel
        title={t('meeting.agencies')}
        aside={
          <span className="soft">
            {state === 'planned'
              ? t('meeting.invitedCount', { count: invited.length })
              : t('meeting.came', {
                  present: invited.filter(({ present }) => present).length,
                  invited: invited.length,
                })}
          </span>
        }
      >
        <ul className={classes.agencies}>
          {agencies.map((agency) => (
            <li key={agency.agencyId}>
              <span>{shownName(agencyName(operation, agency.agencyId), agency.name)}</span>
              <StateMark look={LOOK[standing(agency)]} word={t(`meeting.attendance.${standing(agency)}`)} />
              <span className="soft">{agency.attendants.join(', ')}</span>
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

/** The country where it stands for one; otherwise the name that was recorded. */
function shownName(known: string, recorded: string): string {
  return recorded.startsWith(known) ? known : recorded;
}
