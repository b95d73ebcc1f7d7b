/** What a limit is, read from where the code has it: a constant, a setting’s default, a rate. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readConfig } from '#platform/config.ts';
import { RATES } from '#server/requests/rates.ts';

const PROJECT = resolve(import.meta.dirname, '../..');

/** Constants of `#core/clock.ts`, which others are multiples of. */
const TIMES: Readonly<Record<string, number>> = { MINUTE_MS: 60_000, HOUR_MS: 3_600_000, DAY_MS: 86_400_000 };

/**
 * @param source as in docs/limits.tsv: `src/a.ts NAME`, `setting name unit`, `rate class field`, `words …`
 * @throws where there is no such thing in the code
 */
export function valueOf(source: string): string {
  const [kind = '', ...rest] = source.split(' ');
  if (kind === 'words') return rest.join(' ');
  if (kind === 'setting') return settingValue(rest);
  if (kind === 'rate') return rateValue(rest);
  const [name = '', unit] = rest;
  const text = expressionOf(kind, name);
  const range = /least: (\d+), most: (\d+)/.exec(text);
  if (range) return `${range[1]} to ${range[2]}`;
  return shown(evaluated(text, kind), unit ?? unitIn(name));
}

function settingValue([name = '', unit = '']: readonly string[]): string {
  const entry = readConfig({ environment: {} }).entries.find((one) => one.name === name);
  if (!entry) throw new Error(`there is no setting ${name}`);
  return `${shown(Number(entry.value), unit)} (\`${name}\`)`;
}

function rateValue([rate = '', field = '']: readonly string[]): string {
  const found = Object.entries(RATES).find(([name]) => name === rate)?.[1];
  const value = found?.[field as keyof typeof found];
  if (value === undefined) throw new Error(`there is no rate ${rate} ${field}`);
  return String(value);
}

/** A module’s own text, since most limits are nobody else’s business and so not exported. */
function expressionOf(file: string, name: string): string {
  const text = readFileSync(join(PROJECT, file), 'utf8');
  const found = new RegExp(`^(?:export )?const ${name}(?:: [^=]+)? = ([^;]+);`, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`${file} has no constant ${name}`);
  return found;
}

/** Products of numbers, powers and other constants: what limits are written as. */
function evaluated(expression: string, file: string): number {
  const factor = (text: string): number => {
    const [base = '', exponent] = text.split(' ** ');
    const value = /^[\d_]+$/.test(base)
      ? Number(base.replaceAll('_', ''))
      : (TIMES[base] ?? evaluated(expressionOf(file, base), file));
    return exponent === undefined ? value : value ** Number(exponent);
  };
  return expression.split(' * ').reduce((product, text) => product * factor(text.trim()), 1);
}

function unitIn(name: string): string {
  const [, unit = ''] = /_(BYTES|MS|HOURS|MINUTES|DAYS)(?:_|$)/.exec(name) ?? [];
  return unit.toLowerCase();
}

const SIZES = [
  [1024 ** 4, 'TiB'],
  [1024 ** 3, 'GiB'],
  [1024 ** 2, 'MiB'],
  [1024, 'KiB'],
] as const;
const SPANS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

function shown(value: number, unit: string): string {
  const whole = (units: readonly (readonly [number, string])[]) =>
    units.find(([size]) => value >= size && value % size === 0);
  const [size, word] = (unit === 'bytes' ? whole(SIZES) : unit === 'ms' ? whole(SPANS) : undefined) ?? [
    1,
    unit,
  ];
  return `${(value / size).toLocaleString('en-GB').replaceAll(',', ' ')} ${word}`.trim();
}
