import type { OwedView } from '#correspondence/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { DELIVERY_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { agencyName } from '#web/words/agency-name.ts';

/** How a query stands with one agency. @param named with the agency before it */
export function OwedMark({ owed, named = false }: { owed: OwedView; named?: boolean }) {
  const operation = useOperation();
  const { look, word } = standing(owed);
  return <StateMark look={look} word={named ? `${agencyName(operation, owed.agency)}: ${word}` : word} />;
}

function standing({ answerId, overdue, granted, nothingKnown }: OwedView) {
  if (answerId === null)
    return overdue
      ? { look: DELIVERY_LOOK.overdue, word: t('owed.overdue') }
      : { look: DELIVERY_LOOK.sent, word: t('owed.open') };
  const word =
    granted === null
      ? t(nothingKnown ? 'owed.nothingKnown' : 'owed.answered')
      : t(granted ? 'owed.granted' : 'owed.denied');
  return { look: granted === false ? DELIVERY_LOOK.refused : DELIVERY_LOOK.acknowledged, word };
}
