/** Whom an operation's meetings concern: coordinator, lead, participants, and whom this node knows besides; each once, by name. */
import type { OperationView } from '#operations/schemas.ts';
import { useKnownAgencies } from '#web/api/agencies.ts';
import { useOperation } from '#web/api/operation.ts';
import { agencyName } from '#web/words/agency-name.ts';

export function useMeetingAgencies(): string[] {
  return agenciesOf(useOperation(), useKnownAgencies());
}

function agenciesOf(operation: OperationView | undefined, known: readonly string[]): string[] {
  if (!operation) return [];
  const { coordinator, lead, participants } = operation;
  const ids = [coordinator, lead, ...participants.map(({ agencyId }) => agencyId), ...known];
  return [...new Set(ids)].toSorted((a, b) =>
    agencyName(operation, a).localeCompare(agencyName(operation, b)),
  );
}
