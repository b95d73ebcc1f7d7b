/** What this node is in the operation of the page, and so what its board can know. */
import { useAgency, useOperation } from './operation.ts';

export interface Place {
  readonly lead: boolean;
  readonly coordinator: boolean;
  /** One of the operation's agencies: not so where referrals go. */
  readonly takesPart: boolean;
}

export function usePlace(): Place {
  const agency = useAgency();
  const operation = useOperation();
  const lead = operation?.lead === agency;
  const coordinator = operation?.coordinator === agency;
  const participates = operation?.participants.some(({ agencyId }) => agencyId === agency) ?? false;
  return { lead, coordinator, takesPart: lead || coordinator || participates };
}
