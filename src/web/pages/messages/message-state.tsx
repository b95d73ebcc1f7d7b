import type { MessageView } from '#exchange/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { hasMessage, plainMessage, t } from '#web/messages/messages.ts';
import { RecallMark } from '#web/parts/recall-notice.tsx';
import { Until } from '#web/parts/until.tsx';
import { DELIVERY_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import classes from './message-state.module.css';
import { shownState } from './shown-state.ts';

/** Of a received message: opened or refused. Of a sent one: how it stands with each recipient. */
export function MessageState({ message }: { message: MessageView }) {
  const operation = useOperation();
  const key = `messages.state.${message.state}`;
  return (
    <div className={classes.state}>
      {message.recall && <RecallMark recall={message.recall} />}
      {message.state !== null && (
        <StateMark
          look={
            message.state === 'refused'
              ? DELIVERY_LOOK.refused
              : message.state === 'opened'
                ? DELIVERY_LOOK.acknowledged
                : DELIVERY_LOOK.sent
          }
          word={hasMessage(key) ? plainMessage(key) : message.state}
          title={message.sentence ?? undefined}
        />
      )}
      {message.deliveries.map((delivery) => {
        const { recipient, state, sentence, attempts } = delivery;
        const shown = shownState(message.kind, delivery);
        const word = t(`delivery.${shown}`);
        return (
          <span key={recipient} className={classes.delivery}>
            <StateMark
              look={DELIVERY_LOOK[shown]}
              word={message.deliveries.length > 1 ? `${agencyName(operation, recipient)}: ${word}` : word}
              title={sentence ?? undefined}
            />
            {state === 'queued' && attempts > 0 && (
              <span className="soft">{t('delivery.attempts', { count: attempts })}</span>
            )}
          </span>
        );
      })}
      {message.deadlineAt !== null &&
        message.deliveries.some(({ state }) => state !== 'acknowledged' && state !== 'refused') && (
          <span className="soft">
            <Until at={message.deadlineAt} />
          </span>
        )}
      {message.sentence !== null && <span className={classes.sentence}>{message.sentence}</span>}
    </div>
  );
}
