/**
 * A connection that lets the server keep what it has parsed and planned: a question that comes again gets a name of
 * its own from its second time on. The texts of the program are few; what is put together for one question only
 * comes once and is given no name. A plan that was made while a table had a page reads all of it for ever, until its
 * statistics are taken: after its first twenty uses a plan is made anew, then after two hundred more, and so on.
 */
import { createHash } from 'node:crypto';
import pg from 'pg';

/** Most names of one connection: each holds a plan in the server's memory. */
const MOST_NAMES = 400;
/** Most texts of which a connection remembers that they came once. */
const MOST_SEEN = 2000;

/** Uses of a first plan; each later one serves ten times as many as the one before. */
const FIRST_USES = 20;
const MORE_USES = 10;

/** PostgreSQL's own words where a table has changed under a kept plan (feature_not_supported). */
const PLAN_IS_STALE = '0A000';

/** What can be planned, by itself. */
const QUESTION = /^\s*(select|with)\b[^;]*$/i;

interface Named {
  readonly name: string;
  /** Of this plan, and how many of them are left. */
  uses: number;
  usesLeft: number;
}

/** What the driver knows of the server's statements, and the Close message of the protocol. */
interface WithStatements {
  readonly parsedStatements: Record<string, string>;
  close(statement: { readonly type: 'S'; readonly name: string }): void;
}

type Callback = (error: Error, result: pg.QueryResult) => void;

export class PreparedClient extends pg.Client {
  readonly #seen = new Set<string>();
  readonly #names = new Map<string, Named>();
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
    if (values.length === 0 && !QUESTION.test(text)) return undefined;
    const known = this.#names.get(text);
    if (known !== undefined) return this.#used(known);
    if (!this.#seen.has(text)) {
      if (this.#seen.size >= MOST_SEEN) this.#seen.clear();
      this.#seen.add(text);
      return undefined;
    }
    if (this.#names.size >= MOST_NAMES) return undefined;
    const name = `${this.#generation}-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    this.#seen.delete(text);
    this.#names.set(text, { name, usesLeft: FIRST_USES, uses: FIRST_USES });
    return name;
  }

  #used(named: Named): string {
    const { name } = named;
    const { connection } = this as unknown as { connection: WithStatements };
    named.usesLeft -= 1;
    // What the driver is parsing now, or has still to parse, would be closed behind its back.
    if (named.usesLeft > 0 || connection.parsedStatements[name] === undefined) return name;
    named.uses *= MORE_USES;
    named.usesLeft = named.uses;
    // It is parsed again by the same name, as the driver does with one that it has not sent yet.
    delete connection.parsedStatements[name];
    connection.close({ type: 'S', name });
    return name;
  }

  /** The question fails once, as it would on any kept plan; asked again it is planned anew. */
  #forgetIfStale(error: unknown): void {
    if (!(error instanceof Error) || !('code' in error) || error.code !== PLAN_IS_STALE) return;
    this.#names.clear();
    this.#generation += 1;
  }
}
