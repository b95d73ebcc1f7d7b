/** What the generator knows about its own log, for tests and benchmarks to compare with what the product finds. */
import type { CountryCode } from '#core/countries.ts';
import { type Client, lastBlockOf } from './clients.ts';
import { countryAt } from './sessions.ts';
import type { MalformedKind } from './spoil.ts';

export interface ClientTruth {
  readonly home: CountryCode;
  /** Its ids in order of use, each with the country of its most recent address. Each id is a target. */
  readonly ids: readonly { readonly id: string; readonly lastCountry: CountryCode }[];
  readonly sharesAddress: boolean;
  readonly moves: boolean;
  readonly usesServer: boolean;
  readonly changesPort: boolean;
}

export interface LogSummary {
  /** All rows under the header: well-formed, malformed and duplicates. */
  readonly rows: number;
  /** Rows that an import should keep once: neither malformed nor a duplicate. */
  readonly observations: number;
  readonly malformed: Readonly<Record<MalformedKind, number>>;
  /** Rows that repeat the well-formed row before them byte for byte. */
  readonly duplicates: number;
  readonly mappedAddresses: number;
  readonly bytes: number;
  readonly clients: number;
  readonly targets: number;
  readonly targetsByCountry: ReadonlyMap<CountryCode, number>;
}

/** The clients that occur in a log of `observations` rows, in the order of the population. */
export function* clientTruths(clients: readonly Client[], observations: number): Generator<ClientTruth> {
  let left = observations;
  for (const client of clients) {
    const ids = client.ids
      .slice(0, left)
      .map((id, index) => ({ id, lastCountry: countryAt(client, lastBlockOf(client, index)) }));
    if (ids.length === 0) return;
    left -= ids.length;
    yield {
      home: client.home,
      ids,
      sharesAddress: client.sharesAddress,
      moves: client.away !== undefined,
      usesServer: client.exit !== undefined,
      changesPort: client.port === 0,
    };
  }
}
