/** The least that a JSON schema takes, so that a request made of it reaches the act behind the schema. */

interface Schema {
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

/**
 * @param seed one character of which ids are made: another seed gives another id of the same kind
 * @throws where no candidate fits a pattern: add one
 */
export function sample(schema: object | undefined, seed: string): unknown {
  return schema === undefined ? undefined : sampled(schema, seed);
}

function sampled(schema: Schema, seed: string): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf?.[0]) return sampled(schema.anyOf[0], seed);
  const type = [schema.type].flat()[0];
  if (type === 'object') {
    const fields = (schema.required ?? []).map((name) => [
      name,
      sampled(schema.properties?.[name] ?? {}, seed),
    ]);
    return Object.fromEntries(fields);
  }
  if (type === 'array')
    return Array.from({ length: schema.minItems ?? 0 }, (_, n) => sampled(schema.items ?? {}, `${n}`));
  if (type === 'integer' || type === 'number') return schema.minimum ?? 0;
  if (type === 'boolean') return false;
  if (type === 'null') return null;
  return text(schema, seed);
}

function text({ format, pattern, minLength = 1 }: Schema, seed: string): string {
  if (format === 'date-time') return '2011-09-21T10:00:00Z';
  if (pattern === undefined) return seed.repeat(minLength);
  const kind = /^\^\(?([a-z-]+)_/.exec(pattern)?.[1] ?? 'thing';
  const candidates = [
    `${kind}_${seed.repeat(26)}`,
    ...[1, 2, 36, 64, 128].map((n) => seed.repeat(n)),
    `SHA256:${seed.repeat(43)}`,
    `a${seed}`,
    `SHA256:${seed.repeat(43)}`,
    'mt',
    'MT',
    '2011-09',
    '2011-09-21',
    '/mt/',
    `SHA256:${seed.repeat(43)}`,
  ];
  const fitting = candidates.find((one) => one.length >= minLength && new RegExp(pattern, 'u').test(one));
  if (fitting === undefined) throw new Error(`no sample fits ${pattern}: add one to test/schema-sample.ts`);
  return fitting;
}
