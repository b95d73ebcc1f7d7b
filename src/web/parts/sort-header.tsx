import { UnstyledButton } from '@mantine/core';
import { t } from '#web/messages/messages.ts';
import { nextSort } from '#web/words/sorting.ts';
import classes from './data-table.module.css';
import type { DataColumn } from './data-table.tsx';

interface Props<Row> {
  readonly column: DataColumn<Row>;
  readonly sort: string | undefined;
  readonly onSort: ((sort: string | undefined) => void) | undefined;
}

/** The head of a column; a button where the column can be sorted by. */
export function SortHeader<Row>({ column, sort, onSort }: Props<Row>) {
  const sorted = sort === column.id ? 'ascending' : sort === `-${column.id}` ? 'descending' : undefined;
  if (!column.value || !onSort) {
    return (
      <th scope="col" data-end={column.end || undefined}>
        {column.header}
      </th>
    );
  }
  return (
    <th scope="col" data-end={column.end || undefined} aria-sort={sorted ?? 'none'}>
      <UnstyledButton
        className={classes.sort}
        onClick={() => onSort(nextSort(column, sort))}
        title={t('list.sortBy', { column: column.header })}
      >
        {column.header}
        <span aria-hidden="true" className={classes.arrow}>
          {sorted === 'ascending' ? '▲' : sorted === 'descending' ? '▼' : ''}
        </span>
      </UnstyledButton>
    </th>
  );
}
