import type { OfficerView } from '#access/officer-schemas.ts';
import { hasMessage, plainMessage, t } from '#web/messages/messages.ts';

/** `Investigator (ICARUS)`. */
export function roleWords(
  { role, operationId }: OfficerView['grants'][number],
  operations: readonly { operationId: string; codeName: string }[],
): string {
  const key = `role.${role}`;
  const word = hasMessage(key) ? plainMessage(key) : role;
  const operation = operations.find((one) => one.operationId === operationId)?.codeName;
  return `${word} (${operation ?? operationId ?? t('officer.ofNode')})`;
}
