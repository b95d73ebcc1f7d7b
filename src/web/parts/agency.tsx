import { useOperation } from '#web/api/operation.ts';
import { agencyName } from '#web/words/agency-name.ts';

/** An agency of the operation, by name; its short name on hover. */
export function Agency({ id }: { id: string }) {
  return <span title={id}>{agencyName(useOperation(), id)}</span>;
}
