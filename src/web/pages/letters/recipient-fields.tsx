import { Checkbox } from '@mantine/core';
import type { OperationView } from '#operations/schemas.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import classes from './letter.module.css';

interface Props {
  readonly to: readonly string[];
  readonly wrong?: string | undefined;
  readonly onChange: (to: readonly string[]) => void;
}

/** The choice of agencies of the operation. */
export function RecipientFields({ to, wrong, onChange }: Props) {
  const operation = useOperation();
  const me = useAgency();
  return (
    <FieldGroup legend={t('letter.to')} wrong={wrong}>
      <div className={classes.recipients}>
        {others(operation, me).map((agency) => (
          <Checkbox
            key={agency}
            size="xs"
            label={agencyName(operation, agency)}
            checked={to.includes(agency)}
            onChange={(event) =>
              onChange(event.currentTarget.checked ? [...to, agency] : to.filter((one) => one !== agency))
            }
          />
        ))}
      </div>
    </FieldGroup>
  );
}

function others(operation: OperationView | undefined, me: string): string[] {
  if (!operation) return [];
  const all = new Set([
    operation.coordinator,
    operation.lead,
    ...operation.participants.map(({ agencyId }) => agencyId),
  ]);
  all.delete(me);
  return [...all].sort((a, b) => agencyName(operation, a).localeCompare(agencyName(operation, b)));
}
