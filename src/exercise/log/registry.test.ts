import { describe, expect, it } from 'vitest';
import { PARTICIPANTS } from '#exercise/scenario.ts';
import { ipv4Text, ipv6Text } from './address-text.ts';
import { isAccessProvider, isHostingProvider } from './operator-kind.ts';
import { loadAddressRegistry } from './registry.ts';
import { readCountryRanges } from './registry-files.ts';

describe('the address registry of the exercise', () => {
  it('has access providers for every participant, in ranges that the country data set places there', async () => {
    const registry = await loadAddressRegistry(PARTICIPANTS);
    expect([...registry.keys()]).toEqual([...PARTICIPANTS]);
    const placed = new Map<string, { start: bigint; end: bigint }[]>();
    for await (const batch of readCountryRanges('ipv4', new Set(PARTICIPANTS))) {
      for (const range of batch) {
        const ranges = placed.get(range.country);
        if (ranges === undefined) placed.set(range.country, [range]);
        else ranges.push(range);
      }
    }
    for (const [country, { access, hosting }] of registry) {
      expect(access.length).toBeGreaterThan(0);
      for (const { start, size } of [...access, ...hosting].flatMap((operator) => operator.ipv4)) {
        const last = start + BigInt(size) - 1n;
        expect(placed.get(country)?.some((range) => range.start <= start && last <= range.end)).toBe(true);
      }
    }
  });

  it('tells a provider of homes from a provider of servers, and takes neither a person nor a university', () => {
    expect(isAccessProvider('Telia Company AB')).toBe(true);
    expect(isHostingProvider('Example Hosting Ltd')).toBe(true);
    for (const name of [
      'Universitaet Example',
      'Example Example',
      'Example Example trading as Example Hosting',
    ]) {
      expect([isAccessProvider(name), isHostingProvider(name)]).toEqual([false, false]);
    }
  });

  it('gives up at once when aborted', async () => {
    await expect(loadAddressRegistry(['DK'], AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });
});

describe('addresses as text', () => {
  it('writes IPv4 in dots and IPv6 by RFC 5952', () => {
    expect(ipv4Text(0xc0a80001)).toBe('192.168.0.1');
    expect(ipv6Text(0x20010db8_00000000_00000000_00000001n)).toBe('2001:db8::1');
    expect(ipv6Text(0x20010db8_00000001_00010001_00010001n)).toBe('2001:db8:0:1:1:1:1:1');
    expect(ipv6Text(0n)).toBe('::');
    expect(ipv6Text(0x20010db8_00000000_00010000_00000000n)).toBe('2001:db8:0:0:1::');
  });
});
