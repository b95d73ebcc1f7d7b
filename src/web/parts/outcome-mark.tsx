import type { OutcomeKind } from '#casework/types.ts';
import { t } from '#web/messages/messages.ts';
import { OUTCOME_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';

export function OutcomeMark({ outcome }: { outcome: OutcomeKind }) {
  return <StateMark look={OUTCOME_LOOK[outcome]} word={t(`outcome.${outcome}`)} />;
}
