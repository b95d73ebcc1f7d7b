/** Values that stand in an address: all of them are text there, and become what their schema says they are. */

interface ValueSchema {
  readonly type?: string;
  readonly items?: ValueSchema;
  readonly anyOf?: readonly ValueSchema[];
}

/** Of an object's schema, as far as it matters here. */
export interface ValuesSchema {
  readonly properties?: Readonly<Record<string, ValueSchema>>;
}

/**
 * Numbers and truth values out of their one plain spelling, and a list out of one value; whatever else stands
 * there stays text, for the schema to refuse.
 */
export function valuesOf(
  written: Readonly<Record<string, unknown>>,
  { properties = {} }: ValuesSchema,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(written).map(([name, value]) => {
      const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return [name, schema ? valueOf(value, schema) : value];
    }),
  );
}

function valueOf(written: unknown, schema: ValueSchema): unknown {
  const { type, items, anyOf } = schema;
  if (type === 'array') {
    const list = Array.isArray(written) ? written : [written];
    return items ? list.map((one) => valueOf(one, items)) : list;
  }
  if (typeof written !== 'string') return written;
  if (type === 'integer' && /^-?(0|[1-9]\d{0,15})$/.test(written)) return Number(written);
  if (type === 'number' && /^-?(0|[1-9]\d{0,15})(\.\d{1,15})?$/.test(written)) return Number(written);
  if (type === 'boolean' && (written === 'true' || written === 'false')) return written === 'true';
  if (anyOf) {
    const others = anyOf.map((one) => valueOf(written, one));
    return others.find((one) => one !== written) ?? written;
  }
  return written;
}
