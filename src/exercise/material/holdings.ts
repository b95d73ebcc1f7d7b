/**
 * What the coordinator knows already: persons without names, with invented handles. Addresses are of the
 * ranges for documentation (RFC 5737, RFC 3849), mail of domains for examples (RFC 2606), numbers of those
 * that Ofcom keeps for drama.
 */
import type { HoldingsMapping } from '#crossmatch/mapping.ts';
import { below, hex, type Random, randomFor } from '#exercise/log/random.ts';
import { COMMON_NICKNAME, KNOWN_NETWORK, NETWORK_MEMBERS, plantedOn } from '#exercise/scenario-matches.ts';

export const HOLDINGS = 3_000;
/** More than the hundred above which a value identifies nobody. */
const WITH_COMMON_NICKNAME = 150;

export const HOLDINGS_MAPPING: HoldingsMapping = {
  name: 'synthetic case index',
  version: 1,
  reference: 'person',
  network: 'network',
  selectors: [
    { type: 'nickname', column: 'handles', separator: ';' },
    { type: 'e-mail', column: 'mail', separator: ';' },
    { type: 'phone', column: 'phone', separator: ';' },
    { type: 'address', column: 'address', separator: ';' },
    { type: 'device-serial', column: 'serial', separator: ';' },
  ],
};
const COLUMNS = {
  nickname: 'handles',
  'e-mail': 'mail',
  phone: 'phone',
  address: 'address',
  'device-serial': 'serial',
} as const;
type Column = (typeof COLUMNS)[keyof typeof COLUMNS];

/** The holdings file, line by line. */
export function* holdingsCsv(seed: string): Generator<string> {
  const random = randomFor(seed, 'holdings');
  const columns = Object.values(COLUMNS);
  yield `person,network,${columns.join(',')}\n`;
  for (let n = 1; n <= HOLDINGS; n++) {
    const reference = personReference(n);
    const values = valuesOf(n, reference, random);
    const network = (NETWORK_MEMBERS as readonly string[]).includes(reference) ? KNOWN_NETWORK : '';
    yield `${reference},${network},${columns.map((column) => values[column].join(';')).join(',')}\n`;
  }
}

export function personReference(n: number): string {
  return `Person ${String(n).padStart(4, '0')}`;
}

function valuesOf(n: number, reference: string, random: Random): Record<Column, string[]> {
  const values: Record<Column, string[]> = {
    handles: [n % (HOLDINGS / WITH_COMMON_NICKNAME) === 0 ? COMMON_NICKNAME.value : handle(random)],
    mail: [`person-${n}@known.example`],
    phone: n % 3 === 0 ? [`+44 1632 960${String(n / 3 - 1).padStart(3, '0')}`] : [],
    address: [
      `2001:db8:${hex(random, 4)}::${n.toString(16)}`,
      ...(n % 5 === 0 ? [documentationAddress(n)] : []),
    ],
    serial: n % 4 === 0 ? [`KN-${hex(random, 12)}`] : [],
  };
  for (const { type, value } of plantedOn(reference)) {
    if (!(type in COLUMNS)) throw new Error(`no column for ${type}`);
    values[COLUMNS[type as keyof typeof COLUMNS]].push(value);
  }
  return values;
}

const FIRST = ['amber', 'quiet', 'northern', 'paper', 'silver', 'winter', 'hollow', 'tidal'] as const;
const SECOND = ['otter', 'lantern', 'meadow', 'compass', 'harbour', 'maple', 'pebble', 'sparrow'] as const;

function handle(random: Random): string {
  const words = [FIRST[below(random(), FIRST.length)], SECOND[below(random(), SECOND.length)]];
  return `${words.join('-')}-${hex(random, 6)}`;
}

/** One of 192.0.2.0/24 and 198.51.100.0/24; some are shared. */
function documentationAddress(n: number): string {
  return n % 2 === 0 ? `192.0.2.${1 + (n % 254)}` : `198.51.100.${1 + (n % 254)}`;
}
