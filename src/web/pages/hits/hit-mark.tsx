import type { HitRow } from '#crossmatch/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { HIT_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';

/** What was decided of a hit; one that grew since then asks for another look. */
export function HitMark({ hit: { current, grownSince } }: { hit: Pick<HitRow, 'current' | 'grownSince'> }) {
  const state = current?.decision ?? 'undecided';
  return (
    <>
      <StateMark look={HIT_LOOK[state]} word={t(`hit.${state}`)} />
      {grownSince && (
        <div>
          <StateMark look={{ shape: 'triangle', tone: 'wait' }} word={t('hit.grown')} />
        </div>
      )}
    </>
  );
}
