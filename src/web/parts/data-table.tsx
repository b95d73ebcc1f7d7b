import {
  columnVisibilityFeature,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type ReactNode, useMemo, useRef } from 'react';
import { fromTableSorting, toTableSorting } from '#web/words/sorting.ts';
import { ColumnChoice, useHiddenColumns } from './column-choice.tsx';
import classes from './data-table.module.css';
import { SortHeader } from './sort-header.tsx';
import { useListKeys } from './use-list-keys.ts';

/** A column: `value` is what it sorts by, `cell` what it shows. */
export interface DataColumn<Row> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Null sorts last. Without it the column cannot be sorted by. */
  readonly value?: (row: Row) => string | number | null;
  readonly end?: boolean;
  /** The column's width; columns without one share what is left. */
  readonly width?: number;
  /** Long words may take several lines. */
  readonly wrap?: boolean;
  /** Not shown until chosen. */
  readonly spare?: boolean;
}

interface Props<Row> {
  /** Names the table for the reader and for his choice of columns. */
  readonly name: string;
  readonly label: string;
  readonly columns: readonly DataColumn<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  /** `column` or `-column`, as it stands in the address. */
  readonly sort?: string | undefined;
  readonly onSort?: (sort: string | undefined) => void;
  /** The node has sorted already. */
  readonly sortedByNode?: boolean;
  /** A heading, where the table is one of several parts of its page. */
  readonly heading?: string;
  /** Stands left of the choice of columns: filters, counts. */
  readonly tools?: ReactNode;
  readonly empty: ReactNode;
}

const features = tableFeatures({
  rowSortingFeature,
  columnVisibilityFeature,
  sortedRowModel: createSortedRowModel(),
});

/** Every table of the application: sorted by its heads, walked with j and k, opened with Enter. */
export function DataTable<Row extends object>(props: Props<Row>) {
  const { columns, rows, rowId, sort, onSort, onOpen } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const [hidden, setHidden] = useHiddenColumns(props.name, columns);
  const sorting = useMemo<SortingState>(() => toTableSorting(sort), [sort]);
  const definitions = useMemo(
    () =>
      columns.map(({ id, value }) => ({
        id,
        accessorFn: (row: Row) => value?.(row) ?? undefined,
        enableSorting: value !== undefined,
        sortUndefined: 'last' as const,
      })),
    [columns],
  );
  const visibility = useMemo(() => Object.fromEntries(hidden.map((id) => [id, false])), [hidden]);
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: rowId,
    state: { sorting, columnVisibility: visibility },
    manualSorting: props.sortedByNode ?? false,
    onSortingChange: (update) =>
      onSort?.(fromTableSorting(typeof update === 'function' ? update(sorting) : update)),
  });
  useListKeys(body);
  const shown = columns.filter(({ id }) => !hidden.includes(id));
  return (
    <div>
      <div className={`${classes.tools} no-print`}>
        <div className={classes.left}>
          {props.heading && <h2>{props.heading}</h2>}
          {props.tools}
        </div>
        <ColumnChoice columns={columns} hidden={hidden} onChange={setHidden} />
      </div>
      {rows.length === 0 ? (
        props.empty
      ) : (
        <table className={classes.table} aria-label={props.label}>
          <colgroup>
            {shown.map(({ id, width }) => (
              <col key={id} style={width === undefined ? undefined : { width }} />
            ))}
          </colgroup>
          <thead>
            <tr>
              {shown.map((column) => (
                <SortHeader key={column.id} column={column} sort={sort} onSort={onSort} />
              ))}
            </tr>
          </thead>
          <tbody ref={body}>
            {table.getRowModel().rows.map(({ id, original }) => (
              <tr
                key={id}
                tabIndex={onOpen ? -1 : undefined}
                onKeyDown={(event) => openOnEnter(event, () => onOpen?.(original))}
              >
                {shown.map((column) => (
                  <td key={column.id} data-end={column.end || undefined} data-wrap={column.wrap || undefined}>
                    {column.cell(original)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function openOnEnter(
  event: { key: string; target: unknown; currentTarget: unknown },
  open: () => void,
): void {
  if (event.key === 'Enter' && event.target === event.currentTarget) open();
}
