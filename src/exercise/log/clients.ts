/**
 * The synthetic users of the network: who they are, where they connect from, how long they were seen.
 * The population is made once, from the seed, before the first row; its size grows slowly with the log.
 *
 * What it holds: a country's minimum number of clients never leaves it; an `onlyOne` country has one
 * client with one id, which never leaves, and no other client ever goes there.
 */
import type { CountryCode } from '#core/countries.ts';
import { clientsFor, type LogPlan, type PlannedCountry } from './plan.ts';
import { below, hex, oneOf, type Random, randomFor } from './random.ts';

export interface Client {
  readonly key: number;
  readonly home: CountryCode;
  /** Where it connects from since `moveBlock`, for the few that move. */
  readonly away: CountryCode | undefined;
  readonly moveBlock: number;
  /** Country of the rented server through which it connects now and then. */
  readonly exit: CountryCode | undefined;
  /** Relative volume; heavy-tailed. */
  readonly weight: number;
  /** Of a thousand blocks of its interval, it is active in so many. */
  readonly activityPerMille: number;
  readonly firstBlock: number;
  readonly lastBlock: number;
  /** Blocks until the operator gives it another address; 0: never. */
  readonly leaseBlocks: number;
  /** Clients with the same line key share an address at any time; equal to `key` when it shares with nobody. */
  readonly lineKey: number;
  readonly sharesAddress: boolean;
  /** 0: another port in every session. */
  readonly port: number;
  readonly ids: readonly string[];
  readonly software: string;
  readonly ipv6: boolean;
  /** Its own library among all files: first index and length. */
  readonly libraryStart: number;
  readonly librarySize: number;
}

/** Invented names: the exercise speaks of no real program. The first two give 64-bit ids. */
const SOFTWARE = [
  'Fennel 1.8',
  'Fennel 2.0',
  'Larkshare 4.2.1',
  'Larkshare 4.3',
  'Osprey 0.9',
  'Tern 3.11',
] as const;
const SHORT_ID_SOFTWARE = 2;

/** Blocks of four hours in a day. */
export const BLOCKS_PER_DAY = 6;

/** @param options `blocks`: length of the window in blocks of four hours; `files`: number of distinct files */
export function makeClients(options: {
  readonly observations: number;
  readonly seed: string | number;
  readonly plan: LogPlan;
  readonly blocks: number;
  readonly files: number;
}): Client[] {
  const random = randomFor(options.seed, 'clients');
  const homes = homesOf(options.plan, clientsFor(options.observations, options.plan), random);
  const open = options.plan.countries.filter((one) => !one.onlyOne).map((one) => one.country);
  const clients: Client[] = [];
  const lines = new Map<CountryCode, { key: number; left: number }>();
  let steady = true;
  for (const home of homes) {
    const client = makeClient({ ...home, open, random, count: homes.length, ...options });
    // One client is seen in every block, so that no block of a large log is without a source.
    if (steady && !home.onlyOne) {
      clients.push({
        ...client,
        firstBlock: 0,
        lastBlock: options.blocks - 1,
        activityPerMille: 1000,
        ids: client.ids.slice(0, 1),
      });
      steady = false;
    } else {
      clients.push(home.onlyOne ? client : onSharedLine(client, lines, random));
    }
  }
  return clients;
}

interface Home {
  readonly country: CountryCode;
  readonly onlyOne: boolean;
  readonly stays: boolean;
}

/** `onlyOne` countries first, so that the smallest log has them; then the minimum of each; then growth. */
function homesOf(plan: LogPlan, count: number, random: Random): Home[] {
  const open = plan.countries.filter((one) => !one.onlyOne);
  const homes: Home[] = plan.countries
    .filter((one) => one.onlyOne)
    .map(({ country }) => ({ country, onlyOne: true, stays: true }));
  const most = Math.max(...open.map((one) => one.minimumTargets));
  for (let round = 0; round < most; round++) {
    for (const { country, minimumTargets } of open) {
      if (round < minimumTargets) homes.push({ country, onlyOne: false, stays: true });
    }
  }
  const urn = open.flatMap((one: PlannedCountry) =>
    Array.from({ length: one.minimumTargets }, () => one.country),
  );
  while (homes.length < count) homes.push({ country: oneOf(random(), urn), onlyOne: false, stays: false });
  return homes;
}

interface Making extends Home {
  readonly open: readonly CountryCode[];
  readonly random: Random;
  readonly count: number;
  readonly blocks: number;
  readonly files: number;
}

function makeClient(making: Making): Client {
  const { random, blocks, stays, open } = making;
  const key = random();
  const { firstBlock, lastBlock } = interval(random, blocks);
  const span = lastBlock - firstBlock + 1;
  const moves = chance(random, stays ? 0 : 150);
  const rents = chance(random, stays || moves ? 0 : 120);
  const software = below(random(), SOFTWARE.length);
  const idCount = chance(random, making.onlyOne ? 0 : 120) ? Math.min(2 + below(random(), 3), span) : 1;
  const weight = Math.min(4_294_967_296 / (random() + 1), making.count * 2);
  return {
    key,
    home: making.country,
    away: moves
      ? oneOf(
          random(),
          open.filter((country) => country !== making.country),
        )
      : undefined,
    moveBlock: firstBlock + Math.ceil(span / 2),
    exit: rents ? oneOf(random(), open) : undefined,
    weight,
    activityPerMille: 40 + below(random(), 320),
    firstBlock,
    lastBlock,
    leaseBlocks: oneOf(random(), LEASE_DAYS) * BLOCKS_PER_DAY,
    lineKey: key,
    sharesAddress: false,
    port: chance(random, 300) ? 0 : anyPort(random()),
    ids: Array.from({ length: idCount }, () => hex(random, software < SHORT_ID_SOFTWARE ? 16 : 32)),
    software: SOFTWARE[software] as string,
    ipv6: chance(random, 60),
    libraryStart: below(random(), making.files),
    librarySize: Math.min(making.files, 5 + below(random(), 20) + Math.floor(weight * 4)),
  };
}

/** A quarter keep their address; the others get a new one after one to seven days. */
const LEASE_DAYS = [0, 1, 2, 3, 7, 7, 3, 0] as const;

/** More than half were seen in the last three days, a quarter in the last two weeks, the others stopped before. */
function interval(random: Random, blocks: number): { firstBlock: number; lastBlock: number } {
  const draw = random() % 100;
  const days = draw < 55 ? [0, 3] : draw < 80 ? [3, 14] : [14, Math.max(15, blocks / BLOCKS_PER_DAY - 1)];
  const [from = 0, to = 0] = days.map((day) => Math.floor(day * BLOCKS_PER_DAY));
  const lastBlock = Math.max(0, blocks - 1 - from - below(random(), to - from));
  const firstBlock = chance(random, 400) ? 0 : below(random(), Math.floor(lastBlock * 0.7) + 1);
  return { firstBlock, lastBlock };
}

/** One client in six opens a line that it and the next two to five of its country share. */
function onSharedLine(
  client: Client,
  lines: Map<CountryCode, { key: number; left: number }>,
  random: Random,
): Client {
  if (client.away !== undefined || client.exit !== undefined) return client;
  let line = lines.get(client.home);
  if (line === undefined || line.left === 0) {
    if (!chance(random, 60)) return client;
    line = { key: random(), left: 3 + below(random(), 4) };
    lines.set(client.home, line);
  }
  line.left--;
  return { ...client, lineKey: line.key, sharesAddress: true, leaseBlocks: 3 * BLOCKS_PER_DAY, ipv6: false };
}

function chance(random: Random, perMille: number): boolean {
  return random() % 1000 < perMille;
}

/** A port above the well-known ones. */
export function anyPort(draw: number): number {
  return 1024 + (draw % 64_512);
}

/** Which of its ids a client uses in a block: they follow each other in equal parts of its interval. */
export function idIndexAt(client: Client, block: number): number {
  const span = client.lastBlock - client.firstBlock + 1;
  return Math.min(
    client.ids.length - 1,
    Math.floor(((block - client.firstBlock) * client.ids.length) / span),
  );
}

/** The last block in which a client uses its id number `index`. */
export function lastBlockOf(client: Client, index: number): number {
  const span = client.lastBlock - client.firstBlock + 1;
  return client.firstBlock + Math.ceil(((index + 1) * span) / client.ids.length) - 1;
}
