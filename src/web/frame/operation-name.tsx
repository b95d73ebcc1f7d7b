import { NativeSelect } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useAgency, useOperation, useOperations } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import classes from './operation-name.module.css';

/** The operation of the page; a choice where the desk has several. */
export function OperationName() {
  const operations = useOperations().data ?? [];
  const operation = useOperation();
  const agency = useAgency();
  const navigate = useNavigate();
  if (!operation) return null;
  if (operations.length === 1) {
    return (
      <span className={classes.name}>
        <span className="soft">{t('frame.operation')}</span> {operation.codeName}
      </span>
    );
  }
  return (
    <NativeSelect
      aria-label={t('frame.operation')}
      size="xs"
      value={operation.operationId}
      data={operations.map(({ operationId, codeName }) => ({ value: operationId, label: codeName }))}
      onChange={(event) =>
        void navigate({
          to: '/$agency/board',
          params: { agency },
          search: { operation: event.currentTarget.value },
        })
      }
    />
  );
}
