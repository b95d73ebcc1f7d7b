import { useOperation } from '#web/api/operation.ts';
import { agencyName } from '#web/words/agency-name.ts';

/** Several agencies, by name. */
export function Agencies({ ids }: { ids: readonly string[] }) {
  const operation = useOperation();
  return <span title={ids.join(', ')}>{ids.map((id) => agencyName(operation, id)).join(', ')}</span>;
}
