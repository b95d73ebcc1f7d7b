/** Agencies as a reader knows them: by the country they stand for in an operation, else by their short name. */
import { countryName } from '#core/countries.ts';
import type { OperationView } from '#operations/schemas.ts';

export function agencyName(
  operation: Pick<OperationView, 'participants'> | undefined,
  agencyId: string,
): string {
  const country = operation?.participants.find((participant) => participant.agencyId === agencyId)?.country;
  return country === undefined ? agencyId.charAt(0).toUpperCase() + agencyId.slice(1) : countryName(country);
}
