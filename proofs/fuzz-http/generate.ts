/** Values by a route's own JSON schema, and values that break it in one place. */
import { below, oneOf, type Random } from '#exercise/log/random.ts';
import { sample } from '#test/schema-sample.ts';

export interface Schema {
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

/** What tends to be taken for something else. */
export const ODD_TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1e3',
  '9007199254740993',
  'null',
  'true',
  'NaN',
  '../..',
  '%00',
  '\u0000',
  '\ud800',
  '\u202e',
  '\ufeff',
  'é',
  'İ',
  'a\nb',
  "' or 1=1 --",
  '$1',
  '{"a":1}',
  '__proto__',
  'constructor',
  'toString',
  '<script>',
  '=1+1',
  '2011-02-30T25:61:61Z',
  '-271821-04-20T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '10000-01-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '999.999.999.999',
  '::ffff:1.2.3.4',
  '0.0.0.0',
  'fe80::1%eth0',
  'x'.repeat(300),
  '💥'.repeat(40),
] as const;

const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  2 ** 53,
  1e308,
  0.1,
  -0,
  [],
  {},
  [[]],
  [null],
  { a: [{}] },
];

/** Ids that answers gave, by which others are found. */
export class Known {
  readonly #ids: string[] = [];
  readonly #seen = new Set<string>();

  add(text: string): void {
    for (const [id] of text.matchAll(/\b[a-z][a-z-]*_[0-9a-z]{26}\b/g)) {
      if (this.#seen.has(id) || this.#ids.length >= 2000) continue;
      this.#seen.add(id);
      this.#ids.push(id);
    }
  }

  like(pattern: RegExp, random: Random): string | undefined {
    const fitting = this.#ids.filter((id) => pattern.test(id));
    return fitting.length > 0 ? oneOf(random(), fitting) : undefined;
  }

  any(random: Random): string | undefined {
    return this.#ids.length > 0 ? oneOf(random(), this.#ids) : undefined;
  }
}

export function generated(schema: Schema, random: Random, known: Known): unknown {
  if ('const' in schema) return schema.const;
  if (schema.enum) return oneOf(random(), schema.enum);
  if (schema.anyOf) return generated(oneOf(random(), schema.anyOf), random, known);
  const type = oneOf(random(), [schema.type ?? 'string'].flat());
  switch (type) {
    case 'object':
      return generatedObject(schema, random, known);
    case 'array': {
      const least = schema.minItems ?? 0;
      const most = Math.min(schema.maxItems ?? 3, least + 3);
      const length = least + below(random(), most - least + 1);
      return Array.from({ length }, () => generated(schema.items ?? {}, random, known));
    }
    case 'integer':
    case 'number':
      return generatedNumber(schema, random);
    case 'boolean':
      return below(random(), 2) === 0;
    case 'null':
      return null;
    default:
      return generatedText(schema, random, known);
  }
}

function generatedObject({ properties = {}, required = [] }: Schema, random: Random, known: Known) {
  const names = Object.keys(properties).filter((name) => required.includes(name) || below(random(), 2) === 0);
  return Object.fromEntries(names.map((name) => [name, generated(properties[name] ?? {}, random, known)]));
}

function generatedNumber({ minimum = -1000, maximum = 1_000_000, type }: Schema, random: Random): number {
  const edge = oneOf(random(), [
    minimum,
    maximum,
    minimum + 1,
    Math.min(maximum, minimum + below(random(), 100)),
  ]);
  return type === 'number' && below(random(), 2) ? Math.min(maximum, edge + 0.5) : edge;
}

function generatedText(schema: Schema, random: Random, known: Known): string {
  const { format, pattern, minLength = 0, maxLength = 200 } = schema;
  const fits = (text: string): boolean =>
    text.length >= minLength && text.length <= maxLength && (!pattern || new RegExp(pattern, 'u').test(text));
  if (format === 'date-time')
    return oneOf(random(), [
      '2011-09-21T10:00:00Z',
      '2011-09-21T10:00:00.123+02:00',
      '1970-01-01T00:00:00Z',
      '9999-12-31T23:59:59Z',
    ]);
  const id = pattern === undefined ? known.any(random) : known.like(new RegExp(pattern, 'u'), random);
  if (id !== undefined && below(random(), 4) > 0 && fits(id)) return id;
  const odd = oneOf(random(), ODD_TEXTS);
  if (fits(odd) && below(random(), 3) === 0) return odd;
  const plain = ['mt', 'MT', 'dk', '192.0.2.7', '2001:db8::7', 'A plain reason in words', '12345'].filter(
    fits,
  );
  if (plain.length > 0 && below(random(), 2)) return oneOf(random(), plain);
  return sampleOf(schema, random);
}

/** Something odd where no sample of this letter fits the pattern. */
function sampleOf(schema: Schema, random: Random): string {
  for (const letter of [oneOf(random(), ['1', 'a']), '0']) {
    try {
      return String(sample(schema, letter));
    } catch {}
  }
  return oneOf(random(), ODD_TEXTS);
}

/** The same value, broken in one place or two. */
export function broken(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || below(random(), 6) === 0)
    return below(random(), 2) ? oneOf(random(), ODD_TEXTS) : oneOf(random(), ODD_VALUES);
  if (Array.isArray(value)) {
    const list: unknown[] = [...value];
    const at = below(random(), list.length + 1);
    const kind = below(random(), 3);
    if (kind === 0) list.splice(at, 1);
    else if (kind === 1) list.push(...Array.from({ length: 1 << below(random(), 11) }, () => list[0] ?? 'x'));
    else list.splice(at, 1, broken(list[at], random));
    return list;
  }
  const members = Object.entries(value);
  const at = below(random(), members.length + 1);
  const [name, inside] = members[at] ?? [oneOf(random(), ODD_TEXTS), 1];
  const kind = below(random(), 6);
  if (kind === 0) members.splice(at, 1);
  else members.splice(at, 1, [kind === 1 ? oneOf(random(), ODD_TEXTS) : name, broken(inside, random)]);
  return Object.fromEntries(members);
}
