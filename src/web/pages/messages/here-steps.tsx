import type { MessageView } from '#exchange/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { type Milestone, Milestones } from '#web/parts/milestones.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import classes from './recipients.module.css';

/** How far a message that came has come here. */
export function HereSteps({ message }: { message: MessageView }) {
  const { receivedAt, verifiedAt, openedAt, notedAt, notedBy, noteWanted, sentence } = message;
  const step = (name: string, at: string | null): Milestone => ({
    name,
    state: at === null ? 'open' : 'done',
    value: at === null ? <span className="soft">{t('message.notYet')}</span> : <Time at={at} />,
  });
  const refused: Milestone = { name: t('message.step.refused'), state: 'failed', value: '' };
  const steps = [
    step(t('message.step.received'), receivedAt),
    ...(message.state === 'refused'
      ? [refused]
      : [step(t('message.step.verified'), verifiedAt), step(t('message.step.opened'), openedAt)]),
    ...(noteWanted || notedAt !== null ? [step(t('message.step.noted'), notedAt)] : []),
  ];
  return (
    <Panel title={t('message.here')}>
      {sentence !== null && <p className={classes.sentence}>{sentence}</p>}
      <Milestones steps={steps} />
      {notedBy !== null && <p className="soft mono">{notedBy}</p>}
    </Panel>
  );
}
