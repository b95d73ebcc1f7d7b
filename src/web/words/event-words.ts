/** Kinds and facts of custody events in words. What has no message of its own is read from its name. */
import { hasMessage, plainMessage } from '#web/messages/messages.ts';

/** `package.approved` -> "Package approved". */
export function eventWords(kind: string): string {
  const key = `event.${kind}`;
  return hasMessage(key) ? plainMessage(key) : spaced(kind);
}

/** `contentDigest` -> "Content digest". */
export function factWords(name: string): string {
  const key = `fact.${name}`;
  return hasMessage(key) ? plainMessage(key) : spaced(name);
}

function spaced(name: string): string {
  const words = name
    .replaceAll(/[.-]/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
