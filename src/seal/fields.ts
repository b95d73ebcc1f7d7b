/** Reading a hostile JSON document: every field is checked, nothing unknown is let through. */

/** Thrown inside this room only: names the field; callers turn it into their coded error. */
export class FieldError extends Error {
  readonly field: string;
  constructor(field: string) {
    super(field);
    this.field = field;
  }
}

export type Check<T> = (value: unknown, field: string) => T;
type Checked<Shape> = { [Key in keyof Shape]: Shape[Key] extends Check<infer T> ? T : never };

export function text(pattern: RegExp): Check<string> {
  return (value, field) => {
    if (typeof value !== 'string' || !pattern.test(value)) throw new FieldError(field);
    return value;
  };
}

/** A string that `accepts` narrows or proves. */
export function textThat<T extends string>(accepts: (value: string) => value is T): Check<T> {
  return (value, field) => {
    if (typeof value !== 'string' || !accepts(value)) throw new FieldError(field);
    return value;
  };
}

/** A size or count: a safe integer from 0. */
export const count: Check<number> = (value, field) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new FieldError(field);
  return value;
};

/** A time in the one form `2011-09-21T10:00:00.000Z`. */
export const time: Check<string> = (value, field) => {
  const date = typeof value === 'string' ? new Date(value) : undefined;
  if (date === undefined || Number.isNaN(date.getTime()) || date.toISOString() !== value)
    throw new FieldError(field);
  return value;
};

export function orNull<T>(check: Check<T>): Check<T | null> {
  return (value, field) => (value === null ? null : check(value, field));
}

/** From `min` to `max` members, no two alike. */
export function listOf<T>(check: Check<T>, { min, max }: { min: number; max: number }): Check<readonly T[]> {
  return (value, field) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) throw new FieldError(field);
    if (new Set(value.map((member) => JSON.stringify(member))).size !== value.length)
      throw new FieldError(field);
    return value.map((member, i) => check(member, `${field}[${i}]`));
  };
}

/** An object with exactly these members. */
export function record<Shape extends Record<string, Check<unknown>>>(shape: Shape): Check<Checked<Shape>> {
  return (value, field) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new FieldError(field);
    const members = new Map(Object.entries(value));
    const unknown = [...members.keys()].find((key) => !Object.hasOwn(shape, key));
    if (unknown !== undefined) throw new FieldError(`${field}.${/^\w{1,40}$/.test(unknown) ? unknown : '?'}`);
    const checked = Object.entries(shape).map(([key, check]) => [
      key,
      check(members.get(key), `${field}.${key}`),
    ]);
    return Object.fromEntries(checked) as Checked<Shape>;
  };
}

/** A web address of a node: https, or http on this machine; no user, query or fragment. */
export function isNodeAddress(value: string): value is string {
  if (value.length > 300 || !URL.canParse(value)) return false;
  const url = new URL(value);
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const plain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return plain && (url.protocol === 'https:' || (url.protocol === 'http:' && here));
}

/** One line that a person reads: no control or invisible characters, no white space at its ends. */
export const LINE =
  /^(?=.{1,200}$)(?!\s)[[\p{L}\p{M}\p{N}\p{P}\p{S}\x20]--\p{Default_Ignorable_Code_Point}]+(?<!\s)$/v;
