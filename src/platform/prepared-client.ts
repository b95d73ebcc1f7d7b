/**
 * A connection that lets the server keep what it has parsed and planned: a text with parameters that comes again
 * gets a name of its own from its second time on. The texts of the program are few; what is put together for
 * one question only comes once and is given no name.
 */
import { createHash } from 'node:crypto';
import pg from 'pg';

/** Most names of one connection: each holds a plan in the server's memory. */
const MOST_NAMES = 400;
/** Most texts of which a connection remembers that they came once. */
const MOST_SEEN = 2000;

/** PostgreSQL's own words where a table has changed under a kept plan (feature_not_supported). */
const PLAN_IS_STALE = '0A000';

type Callback = (error: Error, result: pg.QueryResult) => void;

export class PreparedClient extends pg.Client {
  readonly #seen = new Set<string>();
  readonly #names = new Map<string, string>();
  /** Part of each name: what was named before a table changed is not used again. */
  #generation = 0;

  // The driver's own signature is a dozen overloads; only that with a text and its parameters is looked at.
  override query(...asked: unknown[]): never {
    const [text, values, callback] = asked;
    const name = typeof text === 'string' && Array.isArray(values) ? this.#nameOf(text, values) : undefined;
    const query = super.query.bind(this) as (...all: unknown[]) => unknown;
    if (name === undefined) return query(...asked) as never;
    const config = { name, text: text as string, values: values as unknown[] };
    if (typeof callback === 'function') {
      return query(config, (error: Error, result: pg.QueryResult) => {
        this.#forgetIfStale(error);
        (callback as Callback)(error, result);
      }) as never;
    }
    return (query(config) as Promise<unknown>).catch((error: unknown) => {
      this.#forgetIfStale(error);
      throw error;
    }) as never;
  }

  #nameOf(text: string, values: readonly unknown[]): string | undefined {
    if (values.length === 0) return undefined;
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (!this.#seen.has(text)) {
      if (this.#seen.size >= MOST_SEEN) this.#seen.clear();
      this.#seen.add(text);
      return undefined;
    }
    if (this.#names.size >= MOST_NAMES) return undefined;
    const name = `${this.#generation}-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    this.#seen.delete(text);
    this.#names.set(text, name);
    return name;
  }

  /** The question fails once, as it would on any kept plan; asked again it is planned anew. */
  #forgetIfStale(error: unknown): void {
    if (!(error instanceof Error) || !('code' in error) || error.code !== PLAN_IS_STALE) return;
    this.#names.clear();
    this.#generation += 1;
  }
}
