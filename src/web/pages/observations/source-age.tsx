import { use } from 'react';
import { ClockContext } from '#web/api/clock.ts';
import { duration } from '#web/words/format.ts';

/** How long ago a snapshot's day was. */
export function SourceAge({ validFrom }: { validFrom: string }) {
  return <>{duration(use(ClockContext).nodeMs - Date.parse(validFrom))}</>;
}
