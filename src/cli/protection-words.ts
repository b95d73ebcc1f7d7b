/** Words of reviews, holds and erasures, as commands take and print them. */
import { InvalidArgumentError } from 'commander';
import type { OperationId } from '#core/ids.ts';
import type { RecordKind, RecordRef } from '#protection/types.ts';

const KINDS: readonly RecordKind[] = ['operation', 'target', 'exhibit', 'message'];

/** `target target_01…` as a record of the operation; the case itself needs no id. */
export function recordOf(operationId: OperationId, kind: string, id: string | undefined): RecordRef {
  const known = KINDS.find((one) => one === kind);
  if (!known) throw new InvalidArgumentError(`Name what it is: ${KINDS.join(', ')}.`);
  if (known !== 'operation' && id === undefined)
    throw new InvalidArgumentError(`Name the ${known} by its id.`);
  return { operationId, kind: known, recordId: known === 'operation' ? operationId : (id ?? '') };
}

export const ERASE_WORDS = {
  review: 'a review found that it is not needed any more',
  'court-order': 'a court ordered it',
  'data-subject': 'the person asked for it',
  'provider-recall': 'whoever provided it asks for it',
} as const;
