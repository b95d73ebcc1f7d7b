/** What only time tells: heads and bodies that hardly come. Everything else is walked in test/http-bad-input.test.ts. */
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '#platform/log.ts';
import { DOOR_LIMITS, guardDoor, throughDoor } from './front-door.ts';

const door = { log: createLog({ level: 'silent' }), sampleMs: 100 };
const limits = { ...DOOR_LIMITS, headersTimeout: 200, connectionsCheckingInterval: 50 };
const server = createServer(
  limits,
  throughDoor(door, (request, response) => {
    if (request.url === '/refused') return void response.writeHead(403).end('no');
    if (request.url === '/busy') return void setTimeout(() => request.resume(), 600);
    request.resume().once('end', () => response.end('whole'));
  }),
);
guardDoor(server, door);
let port = 0;
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

/** Sends `first`, then `more` again and again, until the server ends the connection. @returns what came back */
function drip(first: string, more: string | Buffer): Promise<string> {
  return new Promise((ended) => {
    let came = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(first));
    const timer = setInterval(() => socket.write(more), 20);
    socket.on('data', (chunk) => {
      came += chunk.toString('latin1');
      if (came.includes('whole')) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(timer);
      ended(came);
    });
  });
}

test('a head that comes drop by drop is refused with a code', async () => {
  const answer = await drip('GET / HTTP/1.1\r\nhost: localhost\r\n', 'a: b\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect(answer).toContain('"code":"request/too-slow"');
});

test('a body that comes drop by drop ends the connection, read or refused', async () => {
  for (const path of ['/read', '/refused']) {
    const answer = await drip(
      `PUT ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\n`,
      'x',
    );
    expect(answer).not.toContain('whole');
  }
});

test('a body that takes many such times but keeps coming is taken whole', async () => {
  const sizeBytes = 40 * 8192;
  const head = `PUT /read HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${sizeBytes}\r\n\r\n`;
  expect(await drip(head, Buffer.alloc(8192))).toContain('whole');
});

test('a sender who waits for us is not cut off', async () => {
  const socket = connect(port, '127.0.0.1');
  let closed = false;
  socket.on('close', () => (closed = true)).on('error', () => {});
  socket.write('PUT /busy HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\n');
  socket.write(Buffer.alloc(500_000));
  await sleep(450);
  expect(closed).toBe(false);
  socket.destroy();
});
