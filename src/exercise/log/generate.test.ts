import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { CountryCode } from '#core/countries.ts';
import { PARTICIPANTS } from '#exercise/scenario.ts';
import { scenarioLogPlan } from '#exercise/scenario-splits.ts';
import { generateLog, LOG_HEADER, type LogOptions } from './generate.ts';
import type { AddressRegistry } from './registry.ts';
import type { ClientTruth, LogSummary } from './truth.ts';

/** Country number n has 10.n.0.0/16 and fd00:n::/32 at home, and 172.16.n.0/24 for servers. */
const registry: AddressRegistry = new Map(
  PARTICIPANTS.map((country, n) => [
    country,
    {
      access: [
        {
          asn: 64512 + n,
          organisation: `Access ${country}`,
          ipv4: [{ start: BigInt((10 << 24) | (n << 16)), size: 65_536 }],
          ipv6: [{ start: (0xfd00n << 112n) | (BigInt(n) << 96n), size: 1 << 20 }],
        },
      ],
      hosting: [
        {
          asn: 65000 + n,
          organisation: `Servers ${country}`,
          ipv4: [{ start: 0xac10_0000n + BigInt(n << 8), size: 256 }],
          ipv6: [],
        },
      ],
    },
  ]),
);

function countryOf(address: string): CountryCode | undefined {
  const plain = address.replace('::ffff:', '');
  if (plain.startsWith('fd00:')) return PARTICIPANTS[Number.parseInt(plain.split(':')[1] || '0', 16)];
  const [first, second, third] = plain.split('.').map(Number);
  return PARTICIPANTS[(first === 10 ? second : third) ?? -1];
}

interface Read {
  readonly chunks: Uint8Array[];
  readonly rows: string[][];
  readonly clients: ClientTruth[];
  readonly summary: LogSummary;
}

async function read(options: Partial<LogOptions> & { observations: number }): Promise<Read> {
  const chunks: Uint8Array[] = [];
  const clients: ClientTruth[] = [];
  let summary: LogSummary | undefined;
  for await (const chunk of generateLog({
    seed: 1,
    from: new Date('2011-08-08T00:00:00Z'),
    until: new Date('2011-09-17T00:00:00Z'),
    registry,
    plan: scenarioLogPlan(),
    onClient: (client) => clients.push(client),
    onSummary: (made) => {
      summary = made;
    },
    ...options,
  })) {
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('latin1');
  if (summary === undefined || !text.startsWith(LOG_HEADER)) throw new Error('no summary or no header');
  const rows = text
    .slice(LOG_HEADER.length)
    .split('\n')
    .slice(0, -1)
    .map((row) => row.split(','));
  return { chunks, rows, clients, summary };
}

const digest = (log: Read): string => createHash('sha256').update(Buffer.concat(log.chunks)).digest('hex');

const isWellFormed = ([
  time = '',
  address = '',
  port = '',
  id = '',
  ,
  hash = '',
  size = '',
  ...rest
]: string[]): boolean =>
  rest.length === 1 &&
  !Number.isNaN(Date.parse(time)) &&
  isIP(address) > 0 &&
  Number(port) <= 65_535 &&
  id !== '' &&
  hash.length === 40 &&
  Number(size) >= 0;

/** The country of each id's most recent well-formed row. */
function lastCountries(log: Read): Map<string, CountryCode | undefined> {
  return new Map(log.rows.filter(isWellFormed).map((row) => [row[3] ?? '', countryOf(row[1] ?? '')]));
}

describe('the synthetic log', () => {
  it('is the same to the byte for the same options, and another for another seed', async () => {
    const [once, again, other] = [
      await read({ observations: 30_000 }),
      await read({ observations: 30_000 }),
      await read({ observations: 30_000, seed: 'other' }),
    ];
    expect(digest(again)).toBe(digest(once));
    expect(digest(other)).not.toBe(digest(once));
    // Guards the bytes against a change of engine or code that no other test would see.
    expect(digest(once)).toBe('ca4458b08cc2220f52c9e344c28e45082e38d0a25e499343eb0be44b5461a14e');
  });

  it('comes in chunks of bounded size that end at line ends', async () => {
    const { chunks, summary } = await read({ observations: 30_000 });
    expect(chunks.length).toBeGreaterThan(3);
    for (const chunk of chunks) {
      expect(chunk.length).toBeLessThanOrEqual(1 << 20);
      expect(chunk.at(-1)).toBe(10);
    }
    expect(chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(summary.bytes);
  });

  it('has exactly the rows asked for, in order of time, inside the window', async () => {
    for (const observations of [1, 2, 417, 1000, 20_011]) {
      const { rows, summary } = await read({ observations });
      expect(rows).toHaveLength(observations);
      expect(summary.rows).toBe(observations);
      const times = rows.filter(isWellFormed).map(([time = '']) => time);
      expect([...times].sort()).toEqual(times);
      expect(times.every((time) => time >= '2011-08-08T00:00' && time < '2011-09-17T00:00')).toBe(true);
    }
  });

  it('says exactly how many rows are malformed, by kind, and how many are duplicates', async () => {
    const { rows, summary } = await read({ observations: 40_000 });
    const malformed = rows.filter((row) => !isWellFormed(row));
    expect(malformed).toHaveLength(Object.values(summary.malformed).reduce((sum, count) => sum + count, 0));
    expect(malformed.length / rows.length).toBeCloseTo(0.005, 2);
    expect(Math.min(...Object.values(summary.malformed))).toBeGreaterThan(10);
    const good = rows.filter(isWellFormed).map((row) => row.join());
    expect(new Set(good).size).toBe(summary.observations);
    expect(good.length - new Set(good).size).toBe(summary.duplicates);
    expect(summary.duplicates).toBeGreaterThan(50);
    expect(rows.filter(([, address]) => address?.startsWith('::ffff:'))).toHaveLength(
      summary.mappedAddresses,
    );
  });

  it('knows each id and the country of its most recent address', async () => {
    for (const observations of [300, 5_000, 60_000]) {
      const log = await read({ observations });
      const expected = new Map(
        log.clients.flatMap((client) => client.ids.map((one) => [one.id, one.lastCountry])),
      );
      expect(lastCountries(log)).toEqual(expected);
      expect(expected.size).toBe(log.summary.targets);
    }
  });

  it('has exactly one target in Malta at any size and seed, which no other ever visits', async () => {
    for (const observations of [1, 300, 8_000, 60_000]) {
      for (const seed of [1, 'two']) {
        const log = await read({ observations, seed });
        const inMalta = log.rows.filter((row) => isWellFormed(row) && countryOf(row[1] ?? '') === 'MT');
        expect(new Set(inMalta.map((row) => row[3])).size).toBe(1);
        expect(log.summary.targetsByCountry.get('MT')).toBe(1);
      }
    }
  });

  it('has in each country at least the targets that the story needs, from 20,000 observations on', async () => {
    for (const seed of [1, 2, 3]) {
      const log = await read({ observations: 20_000, seed });
      for (const { country, minimumTargets } of scenarioLogPlan().countries) {
        expect(log.summary.targetsByCountry.get(country) ?? 0).toBeGreaterThanOrEqual(minimumTargets);
      }
    }
  });

  it('has about 700 targets at 100,000 observations, and grows more slowly than the log', async () => {
    const { summary } = await read({ observations: 100_000 });
    expect(summary.targets).toBeGreaterThan(600);
    expect(summary.targets).toBeLessThan(800);
  });

  it('holds what makes attribution and linking hard', async () => {
    const { clients, rows } = await read({ observations: 100_000 });
    expect(clients.filter((one) => one.ids.length > 1).length).toBeGreaterThan(30);
    expect(clients.filter((one) => one.moves).length).toBeGreaterThan(5);
    expect(clients.filter((one) => one.usesServer).length).toBeGreaterThan(5);
    expect(rows.filter(([, address]) => address?.startsWith('fd00:')).length).toBeGreaterThan(1000);
    const idsAt = Map.groupBy(
      rows.filter(isWellFormed),
      ([time = '', address]) => `${time.slice(0, 10)} ${address}`,
    );
    const shared = [...idsAt.values()].filter((same) => new Set(same.map((row) => row[3])).size > 2);
    expect(shared.length).toBeGreaterThan(50);
  });

  it('lets a few clients supply much: one in a hundred gives a fifth of the rows or more', async () => {
    const { rows } = await read({ observations: 100_000 });
    const byId = [...Map.groupBy(rows, (row) => row[3]).values()]
      .map((same) => same.length)
      .sort((a, b) => b - a);
    const top = byId.slice(0, Math.ceil(byId.length / 100)).reduce((sum, count) => sum + count, 0);
    expect(top / rows.length).toBeGreaterThan(0.2);
  });

  it('stops when told to, and refuses options without sense', async () => {
    await expect(
      read({ observations: 100_000, signal: AbortSignal.abort(new Error('stop')) }),
    ).rejects.toThrow('stop');
    await expect(read({ observations: -1 })).rejects.toThrow(/observations must be a whole number/);
    await expect(read({ observations: 10, until: new Date(0) })).rejects.toThrow(/until must be later/);
  });

  it('is only a header when nothing is asked for', async () => {
    expect((await read({ observations: 0 })).rows).toEqual([]);
  });
});
