import { hasMessage, plainMessage } from '#web/messages/messages.ts';

/** What a message is, in words; a kind that these pages do not know by its own name. */
export function kindWords(kind: string): string {
  const key = `messages.kind.${kind}`;
  return hasMessage(key) ? plainMessage(key) : kind;
}
