/** What this node is in the operation of the page, and so what its board can know. */
import { useAgency, useOperation } from './operation.ts';

export interface Place {
  readonly lead: boolean;
  readonly coordinator: boolean;
}

export function usePlace(): Place {
  const agency = useAgency();
  const operation = useOperation();
  return { lead: operation?.lead === agency, coordinator: operation?.coordinator === agency };
}
