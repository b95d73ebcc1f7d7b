/** What the things of a chain are called. */
import { hasMessage, plainMessage } from '#web/messages/messages.ts';
import { factWords } from '#web/words/event-words.ts';
import { shortId } from '#web/words/format.ts';

export function kindWords(kind: string): string {
  const key = `trail.kind.${kind}`;
  return hasMessage(key) ? plainMessage(key) : factWords(kind).toLowerCase();
}

/** The short id; a figure or press line has a name inside its set. */
export function nameOf(id: string): string {
  return id.split('/')[1] ?? shortId(id);
}
