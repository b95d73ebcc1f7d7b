import type { DecisionView, MeetingView } from '#operations/meeting-schemas.ts';
import { useMeetings } from '#web/api/meetings.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Agency } from '#web/parts/agency.tsx';
import { Done } from '#web/parts/done.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import { type StateLook, StateMark } from '#web/state/state-mark.tsx';
import classes from './decisions.module.css';
import { MeetingLink } from './meeting-link.tsx';

const LOOK: Readonly<Record<DecisionView['kind'], StateLook>> = {
  agreed: { shape: 'disc', tone: 'active' },
  'release-packages': { shape: 'tick', tone: 'good' },
};

interface Props {
  readonly meeting: MeetingView;
  /** Offered where a decision can be superseded here. */
  readonly onReplace?: (decision: DecisionView) => void;
}

/** Every decision in the order in which it was recorded; one that was superseded stays, and says by which. */
export function Decisions({ meeting: { decisions }, onReplace }: Props) {
  return (
    <div id="decisions">
      <Panel title={t('meeting.decisions')}>
        {decisions.length === 0 && <Empty what={t('decision.none')}>{t('decision.noneDo')}</Empty>}
        <ol className={classes.decisions}>
          {decisions.map((decision) => (
            <li
              key={decision.decisionId}
              id={decision.decisionId}
              data-superseded={decision.supersededBy !== null || undefined}
            >
              <Decision decision={decision} />
              {onReplace && decision.supersededBy === null && (
                <span className="no-print">
                  <ActButton size="compact-xs" variant="default" onClick={() => onReplace(decision)}>
                    {t('decision.supersede')}
                  </ActButton>
                </span>
              )}
            </li>
          ))}
        </ol>
      </Panel>
    </div>
  );
}

function Decision({ decision }: { decision: DecisionView }) {
  const superseded = decision.supersededBy !== null;
  return (
    <>
      <div className={classes.head}>
        <h3>{t('decision.number', { number: decision.number })}</h3>
        <StateMark
          look={superseded ? { shape: 'bar', tone: 'idle' } : LOOK[decision.kind]}
          word={t(superseded ? 'decision.superseded' : `decision.${decision.kind}`)}
        />
        {decision.supersededBy !== null && (
          <span className="soft">
            {t('decision.by')} <OtherDecision decisionId={decision.supersededBy} />
          </span>
        )}
      </div>
      <p>{decision.text}</p>
      {decision.supersedes !== null && (
        <p className="soft">
          {t('decision.supersedes')} <OtherDecision decisionId={decision.supersedes} />
        </p>
      )}
      <p className="soft">
        {decision.responsible !== null && (
          <>
            {t('decision.responsible')}: <Agency id={decision.responsible} /> ·{' '}
          </>
        )}
        {decision.dueAt !== null && (
          <>
            {t('decision.due')}: <Time at={decision.dueAt} /> ·{' '}
          </>
        )}
        <Done at={decision.recordedAt} by={decision.recordedBy} />
      </p>
    </>
  );
}

/** Another decision of the operation, by its number and meeting. */
function OtherDecision({ decisionId }: { decisionId: string }) {
  const meetings = useMeetings().data?.meetings ?? [];
  const meeting = meetings.find(({ decisions }) => decisions.some((one) => one.decisionId === decisionId));
  const number = meeting?.decisions.find((one) => one.decisionId === decisionId)?.number;
  if (!meeting || number === undefined) return t('decision.laterMeeting');
  return (
    <MeetingLink meetingId={meeting.meetingId} part={decisionId}>
      {t('decision.number', { number })}, {meeting.title}
    </MeetingLink>
  );
}
