import { hasMessage, plainMessage } from '#web/messages/messages.ts';

/** Why a row of a list was skipped, in words. */
export function skipWords(reason: string): string {
  const key = `skip.${reason}`;
  return hasMessage(key) ? plainMessage(key) : reason;
}
