/** Whom an operation's meetings concern: coordinator, lead, participants; each once, by name. Pure. */
import type { OperationView } from '#operations/schemas.ts';
import { agencyName } from '#web/words/agency-name.ts';

export function agenciesOf(operation: OperationView | undefined): string[] {
  if (!operation) return [];
  const ids = [operation.coordinator, operation.lead, ...operation.participants.map((one) => one.agencyId)];
  return [...new Set(ids)].toSorted((a, b) =>
    agencyName(operation, a).localeCompare(agencyName(operation, b)),
  );
}
