import { Link } from '@tanstack/react-router';
import type { OutcomeKind, Totals } from '#casework/types.ts';
import { useAgency } from '#web/api/operation.ts';
import { Sums } from '#web/parts/sums.tsx';

const OUTCOME_OF: Partial<Record<keyof Totals, OutcomeKind>> = {
  positive: 'positive',
  negative: 'negative',
  notActionable: 'not-actionable',
  pending: 'pending',
};
const FLAG_OF = { producers: 'producer', handsOn: 'hands-on', imminentRisk: 'imminent-risk' } as const;

/** The sums of this agency; each number opens the targets that it counts. */
export function CaseSums({ totals }: { totals: Totals }) {
  const agency = useAgency();
  return (
    <Sums
      totals={totals}
      link={(name, number) => {
        const flag = name in FLAG_OF ? FLAG_OF[name as keyof typeof FLAG_OF] : undefined;
        const outcome = OUTCOME_OF[name] ?? (flag || name === 'targets' ? undefined : 'positive');
        return (
          <Link
            to="/$agency/casework"
            params={{ agency }}
            search={{ ...(outcome && { outcome }), ...(flag && { flag }) }}
          >
            {number}
          </Link>
        );
      }}
    />
  );
}
