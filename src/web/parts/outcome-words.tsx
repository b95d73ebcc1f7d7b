import type { Outcome } from '#casework/types.ts';
import { t } from '#web/messages/messages.ts';
import { count, size } from '#web/words/format.ts';
import { Flags } from './flags.tsx';

/** What an outcome states, in one line: only what is not nothing. */
export function OutcomeWords({ outcome }: { outcome: Outcome }) {
  const parts = [
    outcome.subscriberIdentified && t('case.subscriberIdentified'),
    outcome.searchDone && t('case.searchDone'),
    outcome.suspectsIdentified > 0 && `${t('sums.suspectsIdentified')}: ${count(outcome.suspectsIdentified)}`,
    outcome.suspectsArrested > 0 && `${t('sums.suspectsArrested')}: ${count(outcome.suspectsArrested)}`,
    outcome.victimsSafeguarded > 0 && `${t('sums.victimsSafeguarded')}: ${count(outcome.victimsSafeguarded)}`,
    outcome.devicesSeized > 0 && `${t('sums.devicesSeized')}: ${count(outcome.devicesSeized)}`,
    outcome.bytesSeized > 0 && `${t('sums.bytesSeized')}: ${size(outcome.bytesSeized)}`,
  ].filter((part) => part !== false);
  if (parts.length === 0 && outcome.flags.length === 0) return null;
  return (
    <div>
      {parts.join(' · ')} <Flags flags={outcome.flags} />
    </div>
  );
}
