/**
 * How the columns of an agency's own file become holdings: one row states selectors of one person or
 * thing; rows with the same reference state the same one. Pure.
 */
import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { canonicalJson } from '#core/canonical-json.ts';
import { isCountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import {
  BIRTH_DATE_MARK,
  majorityOf,
  normaliseSelector,
  SELECTOR_TYPES,
  type Selector,
  type SelectorType,
} from './selectors.ts';
import type { MappingId } from './types.ts';

const closed = { additionalProperties: false } as const;
const Column = Type.String({ minLength: 1, maxLength: 200 });

const SelectorColumn = Type.Object(
  {
    type: Type.Enum([...SELECTOR_TYPES]),
    column: Column,
    /** Only and always for `name-with-birth-date`: dates as YYYY-MM-DD. */
    birthDateColumn: Type.Optional(Column),
    /** Between several values in one cell, for instance `;`. Default: a cell holds one. */
    separator: Type.Optional(Type.String({ minLength: 1, maxLength: 3 })),
    /** Only for `phone`: whose numbering plan numbers without a country code are read by. Default: they are refused. */
    defaultCountry: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
  },
  closed,
);
type SelectorColumn = Static<typeof SelectorColumn>;

export const HoldingsMapping = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80 }),
    version: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    /** Default: comma. */
    delimiter: Type.Optional(Type.Enum([',', ';', '\t', '|'])),
    /** The owner's own reference of the person or thing. */
    reference: Column,
    /** The known network that it is a member of; an empty cell: none. */
    network: Type.Optional(Column),
    /** Marks minors: `1`, `true`, `yes`, `y` or `minor`, in any case. */
    minor: Type.Optional(Column),
    selectors: Type.Array(SelectorColumn, { minItems: 1, maxItems: 50 }),
  },
  closed,
);
export type HoldingsMapping = Static<typeof HoldingsMapping>;

/** Checks a mapping as it was read from JSON. @throws crossmatch/mapping-invalid */
export function readMapping(value: unknown): HoldingsMapping {
  if (!Value.Check(HoldingsMapping, value)) {
    const [first] = Value.Errors(HoldingsMapping, value);
    throw new IcarusError('crossmatch/mapping-invalid', {
      field: first?.instancePath.slice(1).replaceAll('/', '.') || 'its top level',
      reason: first?.message ?? 'it is not valid',
    });
  }
  for (const [index, selector] of value.selectors.entries()) {
    const reason = columnProblem(selector);
    if (reason) throw new IcarusError('crossmatch/mapping-invalid', { field: `selectors.${index}`, reason });
  }
  return value;
}

function columnProblem({ type, birthDateColumn, defaultCountry }: SelectorColumn): string | undefined {
  if ((type === 'name-with-birth-date') !== (birthDateColumn !== undefined))
    return 'a name needs the column of its birth date, and nothing else has one';
  if (defaultCountry === undefined) return undefined;
  if (type !== 'phone') return 'only telephone numbers have a default country';
  return isCountryCode(defaultCountry) ? undefined : `the numbering plan of ${defaultCountry} is not known`;
}

export function mappingIdOf(mapping: HoldingsMapping): MappingId {
  const digest = createHash('sha256').update(canonicalJson(mapping)).digest('hex');
  return `mapping_${digest.slice(0, 26)}` as MappingId;
}

/** A mapping whose columns were found in the header of a file. */
export interface ColumnReader {
  /** What a row says. `cells` as the header counts them. */
  read(cells: readonly string[]): HoldingRow;
}

export interface HoldingRow {
  /** Undefined: the row is refused, for `refused[0].reason`. */
  readonly holding:
    | {
        readonly reference: string;
        readonly network: string | null;
        /** ISO time, `infinity` for a marked minor without a birth date, null for nobody known as one. */
        readonly minorUntil: string | null;
        readonly selectors: readonly Selector[];
      }
    | undefined;
  readonly refused: readonly { readonly column: string | null; readonly reason: string }[];
}

/** @throws crossmatch/column-missing */
export function columnReader(mapping: HoldingsMapping, header: readonly string[]): ColumnReader {
  const place = (column: string): number => {
    const found = header.indexOf(column);
    if (found >= 0) return found;
    const columns = header.slice(0, 30).join(', ').slice(0, 500);
    throw new IcarusError('crossmatch/column-missing', { mapping: mapping.name, column, columns });
  };
  const optional = (column: string | undefined) => (column === undefined ? undefined : place(column));
  const columns: Columns = {
    width: header.length,
    reference: place(mapping.reference),
    network: optional(mapping.network),
    minor: optional(mapping.minor),
    selectors: mapping.selectors.map((selector) => ({
      ...selector,
      at: place(selector.column),
      birthDateAt: optional(selector.birthDateColumn),
    })),
  };
  return { read: (cells) => readRow(columns, cells) };
}

interface Columns {
  readonly width: number;
  readonly reference: number;
  readonly network: number | undefined;
  readonly minor: number | undefined;
  readonly selectors: readonly (SelectorColumn & { at: number; birthDateAt: number | undefined })[];
}

type RefusedValue = HoldingRow['refused'][number];

const MARKS_MINOR = /^(1|true|yes|y|minor)$/i;

function readRow(columns: Columns, cells: readonly string[]): HoldingRow {
  const refuse = (reason: string): HoldingRow => ({
    holding: undefined,
    refused: [{ column: null, reason }],
  });
  const cell = (at: number | undefined) => (at === undefined ? '' : (cells[at] ?? '').trim());
  if (cells.length !== columns.width)
    return refuse(`the row has ${cells.length} cells, the header has ${columns.width}`);
  const reference = cell(columns.reference);
  if (reference === '' || reference.length > 200 || /\p{Cc}/u.test(reference))
    return refuse('the reference must have 1 to 200 printable characters');
  const refused: RefusedValue[] = [];
  const selectors: Selector[] = [];
  for (const column of columns.selectors) {
    const birthDate = column.birthDateAt === undefined ? '' : BIRTH_DATE_MARK + cell(column.birthDateAt);
    for (const text of values(cell(column.at), column.separator)) {
      const outcome = toSelector(column, text + birthDate);
      if ('reason' in outcome) refused.push(outcome);
      else selectors.push(outcome);
    }
  }
  if (selectors.length === 0)
    return {
      holding: undefined,
      refused: refused.length > 0 ? refused : [{ column: null, reason: 'the row states no selector' }],
    };
  const network = cell(columns.network).slice(0, 200) || null;
  const minorUntil = MARKS_MINOR.test(cell(columns.minor)) ? 'infinity' : latestMajority(selectors);
  return { holding: { reference, network, minorUntil, selectors }, refused };
}

function values(text: string, separator: string | undefined): string[] {
  return (separator === undefined ? [text] : text.split(separator))
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function toSelector(column: SelectorColumn, given: string): Selector | RefusedValue {
  const { type, defaultCountry } = column;
  const country = defaultCountry !== undefined && isCountryCode(defaultCountry) ? defaultCountry : undefined;
  const normalised = normaliseSelector(type as SelectorType, given, { defaultCountry: country });
  return 'value' in normalised
    ? { type, value: normalised.value, given }
    : { column: column.column, reason: normalised.refused };
}

function latestMajority(selectors: readonly Selector[]): string | null {
  const days = selectors
    .filter(({ type }) => type === 'name-with-birth-date')
    .map(({ value }) => majorityOf(value).toISOString());
  return days.sort().at(-1) ?? null;
}
