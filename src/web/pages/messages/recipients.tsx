import type { DeliveryView, MessageView } from '#exchange/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { type Milestone, Milestones } from '#web/parts/milestones.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import { DELIVERY_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { AlarmMark } from './alarm-mark.tsx';
import classes from './recipients.module.css';
import { shownState } from './shown-state.ts';

/** Each recipient of a message, and how far it has come there. */
export function Recipients({ message }: { message: MessageView }) {
  return (
    <Panel title={t('message.recipients')}>
      {message.deliveries.length === 0 && <p className="soft">{t('message.noRecipients')}</p>}
      <ul className={classes.recipients}>
        {message.deliveries.map((delivery) => (
          <Recipient key={delivery.recipient} message={message} delivery={delivery} />
        ))}
      </ul>
    </Panel>
  );
}

function Recipient({ message, delivery }: { message: MessageView; delivery: DeliveryView }) {
  const shown = shownState(message.kind, delivery);
  const { attempts, nextAttemptAt, exportedAt, sentence, alarmPercent } = delivery;
  return (
    <li>
      <h3 className={classes.name}>
        <Agency id={delivery.recipient} />
        <StateMark look={DELIVERY_LOOK[shown]} word={t(`delivery.${shown}`)} />
        {alarmPercent !== null && delivery.state !== 'acknowledged' && <AlarmMark percent={alarmPercent} />}
      </h3>
      {sentence !== null && <p className={classes.sentence}>{sentence}</p>}
      {message.kind !== 'receipt' && <Milestones steps={stepsOf(message, delivery)} />}
      <p className="soft">
        {delivery.state === 'queued' && attempts > 0 && <>{t('delivery.attempts', { count: attempts })}. </>}
        {nextAttemptAt !== null && (
          <>
            {t('message.nextAttempt')} <Time at={nextAttemptAt} />.{' '}
          </>
        )}
        {exportedAt !== null && (
          <>
            {t('message.exportedAt')} <Time at={exportedAt} />.
          </>
        )}
      </p>
    </li>
  );
}

function stepsOf(message: MessageView, delivery: DeliveryView): Milestone[] {
  const { state, sentAt, deliveredAt, verifiedAt, openedAt, acknowledgedAt, notedAt } = delivery;
  const step = (name: string, at: string | null): Milestone => ({
    name,
    state: at === null ? 'open' : 'done',
    value: at === null ? <span className="soft">{t('message.notYet')}</span> : <Time at={at} />,
  });
  const steps = [
    step(t('message.step.queued'), message.createdAt),
    step(t('message.step.sent'), sentAt),
    step(t('message.step.delivered'), deliveredAt),
    step(t('message.step.verified'), verifiedAt),
    step(t('message.step.opened'), openedAt),
    step(t('message.step.acknowledged'), acknowledgedAt),
    ...(delivery.noteWanted || notedAt !== null ? [noted(delivery)] : []),
  ];
  if (state !== 'refused') return steps;
  // What was refused went no further than it is known to have come.
  return [
    ...steps.filter(({ state: known }) => known === 'done'),
    { name: t('message.step.refused'), state: 'failed', value: '' },
  ];
}

function noted({ notedAt, notedBy }: DeliveryView): Milestone {
  return {
    name: t('message.step.noted'),
    state: notedAt ? 'done' : 'open',
    value: notedAt ? (
      <>
        {notedBy}, <Time at={notedAt} />
      </>
    ) : (
      <span className="soft">{t('message.noteAsked')}</span>
    ),
  };
}
