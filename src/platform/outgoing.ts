/**
 * Where this node may connect to. Every address that somebody else may have written (a partner's card) or that leads on
 * to others (a provider of identities) passes here, and so do those of the settings: TLS only, no credentials, no
 * redirects, and nothing but the public network unless the settings name more. What a name stands for is judged
 * when it is looked up, and that very address is connected to: a name that answers differently the next time
 * leads nowhere else (DNS rebinding).
 */
import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { IcarusError } from '#core/errors.ts';

/** Every field that holds an address which this node connects to by HTTP, and what does. */
export const OUTGOING_FIELDS = {
  'agency card: address': 'src/exchange/connections.ts: partners, the coordinator as courier among them',
  oidcIssuer: 'src/access/sign-in/provider.ts: the provider, and every endpoint that its description names',
  s3Endpoint: 'src/platform/object-storage.ts: deletions; DuckDB reads and writes, after the same check',
} as const;

export interface Outgoing {
  /**
   * Judges what stands in the address itself.
   * @throws transport/address-refused
   */
  check(address: URL): void;
  /** For connections (`net.connect`, agents): looks a name up once, and gives only what may be connected to. */
  readonly lookup: LookupFunction;
}

/** This machine: for an exercise, tests, and trials. */
export const THIS_MACHINE = ['127.0.0.0/8', '::1/128'] as const;

/** Does this host name the very machine, whose loopback address is no way that anybody listens at? */
export function isThisMachine(host: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|::1)$/.test(host);
}

/** Not the public network (IANA special-purpose address registries, RFC 6890 and what came after). */
const SPECIAL = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
] as const;

/**
 * Reached by no setting: they name no machine of a network (unspecified, multicast, broadcast), or the machine's own
 * cloud, which hands out its credentials there.
 */
const NEVER = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  'fe80::/10',
  'ff00::/8',
];

/** @param networks beside the public one, as `10.0.0.0/8`: those of a closed network, or of this machine */
export function outgoingTo(networks: readonly string[]): Outgoing {
  const [special, never, named] = [
    listOf(SPECIAL),
    listOf([...NEVER, 'fd00:ec2::254/128']),
    listOf(networks),
  ];
  const allowed = (address: string): boolean => {
    const plain = unmapped(address);
    return !holds(never, plain) && (!holds(special, plain) || holds(named, plain));
  };
  return {
    check(address) {
      const host = address.hostname.replace(/^\[|\]$/g, '');
      if (address.username !== '' || address.password !== '') throw refused(host, 'credentials stand in it');
      if (address.protocol !== 'https:' && !(address.protocol === 'http:' && isThisMachine(host)))
        throw refused(host, 'it does not begin with https');
      if (isIP(host) !== 0 && !allowed(host)) throw refused(host, OUTSIDE);
    },
    lookup(host, options, done) {
      const found = (error: Error | null, all: readonly LookupAddress[]): void => {
        const [first] = all;
        if (error || !first) return done(error ?? refused(host, 'its name stands for nothing'), '', 0);
        // One that may not be connected to speaks against them all: the name was made to lead there.
        if (!all.every(({ address }) => allowed(address))) return done(refused(host, OUTSIDE), '', 0);
        if (options.all) return done(null, [...all]);
        done(null, first.address, first.family);
      };
      const { family = 0, hints } = options;
      lookup(host, { all: true, family: numeric(family), ...(hints !== undefined && { hints }) }, found);
    },
  };
}

const OUTSIDE =
  'it leads to this machine, to a private network or to none, and ICARUS_OUTGOING_NETWORKS does not name it';

function refused(host: string, reason: string): IcarusError {
  return new IcarusError('transport/address-refused', { host: host.slice(0, 100), reason });
}

function numeric(family: number | 'IPv4' | 'IPv6'): 0 | 4 | 6 {
  return family === 'IPv4' || family === 4 ? 4 : family === 'IPv6' || family === 6 ? 6 : 0;
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return list;
}

function holds(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** An IPv4 address that is written as one of IPv6 (RFC 4291 section 2.5.5.2) is what it stands for. */
function unmapped(address: string): string {
  const [plain = ''] = address.split('%');
  const written = isIP(plain) === 6 ? new URL(`http://[${plain}]`).hostname.slice(1, -1) : plain;
  const hex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(written);
  if (!hex) return written;
  const [high, low] = [Number.parseInt(hex[1] ?? '', 16), Number.parseInt(hex[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
