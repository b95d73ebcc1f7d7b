/**
 * A node's keys as they stand on the disk. A node has several processes, and one of them may change its
 * keys: the others take the new ones with their next use, without a restart.
 */
import { statSync } from 'node:fs';
import type { NodeKeys } from '#platform/context.ts';

/** @param files that are read anew when one of them has changed @param read of them, whole */
export function liveKeys(files: readonly string[], read: () => NodeKeys): NodeKeys {
  let seen = versionOf(files);
  let keys = read();
  const now = (): NodeKeys => {
    const version = versionOf(files);
    if (version === seen) return keys;
    try {
      keys = read();
      seen = version;
    } catch {
      // Between two renames of whoever changes them: what was read before still holds.
    }
    return keys;
  };
  return {
    get signer() {
      return now().signer;
    },
    get identities() {
      return now().identities;
    },
    log: keys.log,
    lock: keys.lock,
  };
}

/** The same keys with those for TLS: looked up as before, never copied, since a copy does not live. */
export function withTls(keys: NodeKeys, tls: NodeKeys['tls']): NodeKeys {
  return {
    get signer() {
      return keys.signer;
    },
    get identities() {
      return keys.identities;
    },
    log: keys.log,
    lock: keys.lock,
    ...(tls && { tls }),
  };
}

/** Every file that takes the place of another has a number of its own. */
function versionOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const found = statSync(file, { throwIfNoEntry: false });
      return found ? `${found.ino} ${found.mtimeMs} ${found.size}` : '-';
    })
    .join('\n');
}
