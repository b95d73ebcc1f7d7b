/** The table of rules as CSV (RFC 4180): what is written can be read again, and a spreadsheet computes nothing in it. */
import { IcarusError } from '#core/errors.ts';
import { faultOf } from './rule-check.ts';
import { type DataClass, daysOfMonths, type RetentionRuleContent } from './rule-types.ts';

export const RULE_COLUMNS = [
  'country',
  'operator',
  'asn',
  'data_class',
  'days_kept',
  'in_force_from',
  'in_force_until',
  'legal_reference',
  'source',
  'verified_by',
  'verified_on',
] as const;
type RuleColumn = (typeof RULE_COLUMNS)[number];

/** May stand instead of `days_kept`: laws speak of months. */
const MONTHS_COLUMN = 'months_kept';

/** What a spreadsheet would take for a formula (OWASP, CSV injection); an apostrophe before it keeps it text. */
const FORMULA = /^'*[=+\-@\t\r]/;

export function rulesCsv(rules: readonly RetentionRuleContent[]): string {
  const lines = rules.map((rule) => {
    const cells: Record<RuleColumn, string> = {
      country: rule.country,
      operator: rule.operator ?? '',
      asn: rule.asn === null ? '' : String(rule.asn),
      data_class: rule.dataClass,
      days_kept: String(rule.daysKept),
      in_force_from: dayText(rule.inForceFrom),
      in_force_until: dayText(rule.inForceUntil),
      legal_reference: rule.legalReference,
      source: rule.source,
      verified_by: rule.verifiedBy ?? '',
      verified_on: dayText(rule.verifiedOn),
    };
    return RULE_COLUMNS.map((column) => cellText(cells[column])).join(',');
  });
  return [RULE_COLUMNS.join(','), ...lines, ''].join('\r\n');
}

function dayText(at: Date | null): string {
  return at?.toISOString().slice(0, 10) ?? '';
}

function cellText(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/**
 * The rules that `text` holds, by the names in its first line.
 * @param path for the message only
 * @throws `retention/file-invalid` with the line, for the first that is wrong
 */
export function readRulesCsv(text: string, path: string): RetentionRuleContent[] {
  const [head, ...rows] = csvRows(text.replace(/^\uFEFF/, ''), path);
  const fail = (line: number, reason: string): never => {
    throw new IcarusError('retention/file-invalid', { path, line, reason });
  };
  const columns = head?.cells.map((name) => name.trim().toLowerCase()) ?? [];
  const known: readonly string[] = [...RULE_COLUMNS, MONTHS_COLUMN];
  const strange = columns.find((name) => !known.includes(name));
  if (strange !== undefined)
    fail(1, `the column "${strange.slice(0, 40)}" is not known; the columns are ${known.join(', ')}`);
  const missing = ['country', 'legal_reference', 'source'].find((name) => !columns.includes(name));
  if (missing) fail(1, `the column ${missing} is missing`);
  return rows.map(({ line, cells }) => {
    if (cells.length !== columns.length)
      fail(line, `it has ${cells.length} cells, the first line ${columns.length}`);
    const named = new Map(
      columns.map((name, i) => [name, cells[i]?.trim().replace(/^'(?='*[=+\-@])/, '') ?? '']),
    );
    const rule = toRule(named, (reason) => fail(line, reason));
    const fault = faultOf(rule);
    return fault === undefined ? rule : fail(line, fault);
  });
}

function toRule(cells: ReadonlyMap<string, string>, fail: (reason: string) => never): RetentionRuleContent {
  const text = (column: RuleColumn) => cells.get(column) ?? '';
  const orNull = (column: RuleColumn) => text(column) || null;
  const day = (column: RuleColumn) =>
    text(column) === '' ? null : (readDay(text(column)) ?? fail(`${column} must be a day, as 2011-07-16`));
  const whole = (column: string, value: string) =>
    /^\d{1,10}$/.test(value) ? Number(value) : fail(`${column} must be a whole number`);
  const months = cells.get(MONTHS_COLUMN) ?? '';
  if ((text('days_kept') === '') === (months === '')) fail('it needs either days_kept or months_kept');
  return {
    country: text('country').toUpperCase(),
    operator: orNull('operator'),
    asn: text('asn') === '' ? null : whole('asn', text('asn').replace(/^AS/i, '')),
    dataClass: (text('data_class') || 'address-assignment') as DataClass,
    daysKept:
      months === '' ? whole('days_kept', text('days_kept')) : daysOfMonths(whole(MONTHS_COLUMN, months)),
    inForceFrom: day('in_force_from'),
    inForceUntil: day('in_force_until'),
    legalReference: text('legal_reference'),
    source: text('source'),
    verifiedBy: orNull('verified_by'),
    verifiedOn: day('verified_on'),
  };
}

function readDay(text: string): Date | undefined {
  const at = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && at.toJSON()?.startsWith(text) ? at : undefined;
}

interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A cell, quoted or plain, and what ends it. */
const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function csvRows(text: string, path: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let line = 1;
  let began = 1;
  CELL.lastIndex = 0;
  while (CELL.lastIndex < text.length || cells.length > 0) {
    const match = CELL.exec(text);
    if (!match)
      throw new IcarusError('retention/file-invalid', {
        path,
        line: began,
        reason: 'its quotation marks do not match',
      });
    const [whole, quoted, plain = '', end] = match;
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.split('\n').length - 1;
    if (end === ',') continue;
    if (cells.some((cell) => cell.trim() !== '')) rows.push({ line: began, cells });
    cells = [];
    began = line;
  }
  return rows;
}
