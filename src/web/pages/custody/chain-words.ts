/** What the things of a chain are called. */
import { hasMessage, plainMessage } from '#web/messages/messages.ts';
import { factWords } from '#web/words/event-words.ts';

export function kindWords(kind: string): string {
  const key = `trail.kind.${kind}`;
  return hasMessage(key) ? plainMessage(key) : factWords(kind).toLowerCase();
}
