import { Checkbox, Menu, UnstyledButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { t } from '#web/messages/messages.ts';
import classes from './data-table.module.css';
import type { DataColumn } from './data-table.tsx';

/** Which columns of a table this reader does not want; kept in the browser. */
export function useHiddenColumns<Row>(name: string, columns: readonly DataColumn<Row>[]) {
  const defaultValue = columns.filter(({ spare }) => spare).map(({ id }) => id);
  return useLocalStorage<string[]>({
    key: `icarus.columns.${name}`,
    defaultValue,
    getInitialValueInEffect: false,
  });
}

interface Props<Row> {
  readonly columns: readonly DataColumn<Row>[];
  readonly hidden: readonly string[];
  readonly onChange: (hidden: string[]) => void;
}

/** The choice of columns; the first, which names the row, always stays. */
export function ColumnChoice<Row>({ columns, hidden, onChange }: Props<Row>) {
  const toggle = (id: string) =>
    onChange(hidden.includes(id) ? hidden.filter((other) => other !== id) : [...hidden, id]);
  return (
    <Menu position="bottom-end" closeOnItemClick={false} shadow="sm">
      <Menu.Target>
        <UnstyledButton className={classes.choice}>{t('list.columns')}</UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.slice(1).map(({ id, header }) => (
          <Menu.Item
            key={id}
            role="menuitemcheckbox"
            aria-checked={!hidden.includes(id)}
            onClick={() => toggle(id)}
          >
            <Checkbox
              label={header}
              checked={!hidden.includes(id)}
              readOnly
              tabIndex={-1}
              size="xs"
              aria-hidden
            />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
