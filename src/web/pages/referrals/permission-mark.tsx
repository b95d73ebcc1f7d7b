import type { PermissionView } from '#referrals/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { ANSWER_LOOK, type Answer } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';

/** What the last answer to a question says; until there is one, that it waits. */
export function PermissionMark({ permission: { granted } }: { permission: Pick<PermissionView, 'granted'> }) {
  const answer: Answer = granted === null ? 'waiting' : granted ? 'granted' : 'refused';
  return <StateMark look={ANSWER_LOOK[answer]} word={t(`answer.${answer}`)} />;
}
