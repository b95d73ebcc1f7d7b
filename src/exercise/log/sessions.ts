/**
 * A session is a client in one block of four hours: one country, address, port and id throughout.
 * It follows from the client and the block alone, so nothing is remembered between blocks.
 */
import type { CountryCode } from '#core/countries.ts';
import { ipv4Text, ipv6Text } from './address-text.ts';
import { anyPort, BLOCKS_PER_DAY, type Client, idIndexAt } from './clients.ts';
import { below, mix } from './random.ts';
import type { AddressRegistry, Operator } from './registry.ts';

export function isActive(client: Client, block: number): boolean {
  return (
    block >= client.firstBlock &&
    block <= client.lastBlock &&
    mix(client.key, block) % 1000 < client.activityPerMille
  );
}

/** Does the client go through its rented server in this block? Every third day or so. */
function usesServer(client: Client, block: number): boolean {
  return client.exit !== undefined && mix(client.key ^ 0x5e12, Math.floor(block / BLOCKS_PER_DAY)) % 3 === 0;
}

export function countryAt(client: Client, block: number): CountryCode {
  if (client.exit !== undefined && usesServer(client, block)) return client.exit;
  return client.away !== undefined && block >= client.moveBlock ? client.away : client.home;
}

/** The part of a row that stays the same in a session: `address,port,client_id,client`. */
export function sessionText(client: Client, block: number, registry: AddressRegistry): string {
  const port = client.port === 0 ? anyPort(mix(client.key ^ 0x9047, block)) : client.port;
  return `${addressAt(client, block, registry)},${port},${client.ids[idIndexAt(client, block)]},${client.software}`;
}

function addressAt(client: Client, block: number, registry: AddressRegistry): string {
  const addresses = registry.get(countryAt(client, block));
  if (addresses === undefined) throw new RangeError('a client stands in a country without addresses');
  const server = usesServer(client, block) && addresses.hosting.length > 0;
  const operators = server ? addresses.hosting : addresses.access;
  // The lower of two draws: large operators have more customers.
  const line = client.lineKey;
  const rank = Math.min(below(mix(line, -1), operators.length), below(mix(line, -2), operators.length));
  const operator = operators[rank] as Operator;
  const lease =
    client.leaseBlocks === 0 || server ? 0 : Math.floor((block + (line % 997)) / client.leaseBlocks);
  const draw = mix(line ^ 0x1ea5e, lease);
  const ranges = client.ipv6 && !server && operator.ipv6.length > 0 ? operator.ipv6 : operator.ipv4;
  const range = ranges[below(mix(line ^ 0x7a96e, lease), ranges.length)];
  if (range === undefined) throw new RangeError('an operator has no range');
  const offset = BigInt(draw % range.size);
  if (ranges !== operator.ipv6) return ipv4Text(Number(range.start + offset));
  const host = (BigInt(mix(line, lease)) << 32n) | BigInt(draw);
  return ipv6Text(range.start + (offset << 64n) + host);
}
