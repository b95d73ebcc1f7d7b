/** A restore that is under way, or was cut off: until it is whole, nobody starts the node. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Stands in the data directory from the first step of a restore to its last. */
export const RESTORE_MARK = '.restoring';

export function isBeingRestored(home: string): Promise<boolean> {
  return readFile(join(home, RESTORE_MARK)).then(
    () => true,
    () => false,
  );
}
