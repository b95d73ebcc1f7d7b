import type { LookupAddress } from 'node:dns';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { outgoingTo, THIS_MACHINE } from './outgoing.ts';
import { fetchThrough } from './outgoing-fetch.ts';

const refused = expect.objectContaining({ code: 'transport/address-refused' });
const judge = (address: string, networks: readonly string[] = []) =>
  outgoingTo(networks).check(new URL(address));

test.each(['https://icarus.example.mt', 'https://93.184.215.14/', 'https://[2606:2800:21f::1]:4712/'])(
  'connects to %s',
  (address) => expect(() => judge(address)).not.toThrow(),
);

test.each([
  ['this machine', 'https://127.0.0.1/'],
  ['this machine in fewer digits', 'https://127.1/'],
  ['this machine as one number', 'https://2130706433/'],
  ['this machine in octal', 'https://0177.0.0.1/'],
  ['this machine in hexadecimal', 'https://0x7f000001/'],
  ['this machine by IPv6', 'https://[::1]/'],
  ['this machine as IPv4 in IPv6', 'https://[::ffff:127.0.0.1]/'],
  ['this machine through a translator', 'https://[64:ff9b::7f00:1]/'],
  ['a tunnel to this machine', 'https://[2002:7f00:1::]/'],
  ['no machine', 'https://0.0.0.0/'],
  ['no machine by IPv6', 'https://[::]/'],
  ['a cloud’s metadata', 'https://169.254.169.254/latest/meta-data/'],
  ['a cloud’s metadata as IPv4 in IPv6', 'https://[::ffff:a9fe:a9fe]/'],
  ['a neighbour on the line', 'https://[fe80::1]/'],
  ['a private network', 'https://10.1.2.3/'],
  ['another private network', 'https://192.168.0.1/'],
  ['a private network by IPv6', 'https://[fd12::1]/'],
  ['a carrier’s network', 'https://100.64.0.1/'],
  ['everybody on the line', 'https://255.255.255.255/'],
  ['a group', 'https://224.0.0.1/'],
  ['a name and a password', 'https://icarus:hush@icarus.example.mt/'],
  ['no TLS', 'http://icarus.example.mt/'],
  ['no TLS on this machine, where it is not named', 'http://127.0.0.1:4711/'],
  ['another way than HTTP', 'ftp://icarus.example.mt/'],
  ['a file', 'file:///etc/passwd'],
])('refuses %s', (_what, address) => expect(() => judge(address)).toThrow(refused));

test('a network that the settings name is reached, and no other', () => {
  expect(() => judge('https://10.1.2.3/', ['10.0.0.0/8'])).not.toThrow();
  expect(() => judge('https://[::ffff:10.1.2.3]/', ['10.0.0.0/8'])).not.toThrow();
  expect(() => judge('https://192.168.0.1/', ['10.0.0.0/8'])).toThrow(refused);
  expect(() => judge('http://10.1.2.3/', ['10.0.0.0/8'])).toThrow(refused);
  expect(() => judge('http://127.0.0.1/', THIS_MACHINE)).not.toThrow();
});

test.each(['https://169.254.169.254/', 'https://0.0.0.0/', 'https://[fe80::1]/', 'https://224.0.0.1/'])(
  'no setting opens %s',
  (address) => expect(() => judge(address, ['0.0.0.0/0', '::/0'])).toThrow(refused),
);

function lookedUp(name: string, networks: readonly string[] = []) {
  return new Promise<string | readonly LookupAddress[]>((found, failed) => {
    outgoingTo(networks).lookup(name, { all: true }, (error, address) =>
      error ? failed(error) : found(address),
    );
  });
}

test('a name counts for what it stands for when it is connected to', async () => {
  await expect(lookedUp('localhost')).rejects.toEqual(refused);
  expect(await lookedUp('localhost', THIS_MACHINE)).toContainEqual({ address: '127.0.0.1', family: 4 });
});

test('an answer that leads elsewhere is not followed, one that is too large is not read, and a name is judged', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/large') return void response.end(Buffer.alloc(2 ** 21));
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const fetched = fetchThrough(outgoingTo(THIS_MACHINE));
  const answer = await fetched(`http://localhost:${port}/`);
  expect(answer.status).toBe(307);
  await expect(fetched(`http://127.0.0.1:${port}/large`)).rejects.toEqual(refused);
  const outside = fetchThrough(outgoingTo([]));
  for (const host of ['127.0.0.1', 'localhost'])
    await expect(outside(`http://${host}:${port}/`)).rejects.toEqual(refused);
  expect(asked).toEqual(['/', '/large']);
  await new Promise((closed) => server.close(closed));
});
