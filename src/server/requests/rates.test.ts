import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SignInNode, signInNode } from '#server/fixtures.ts';
import { RATES, rateLimiter } from './rates.ts';

test('takes a burst, then so many a minute, and says how long to wait', () => {
  let now = 5_000_000;
  const limiter = rateLimiter({ ...RATES, code: { burst: 3, perMinute: 6 } }, () => now);
  const ask = () => limiter.ask('code', '192.0.2.1');
  expect([ask(), ask(), ask(), ask(), ask()]).toEqual([0, 0, 0, 10_000, 10_000]);
  now += 9_999;
  expect(ask()).toBe(1);
  now += 1;
  expect([ask(), ask()]).toEqual([0, 10_000]);
  now += 3_600_000;
  expect([ask(), ask(), ask(), ask()]).toEqual([0, 0, 0, 10_000]);
});

test('one who asks too often keeps nobody else out, nor himself from something else', () => {
  const limiter = rateLimiter({ ...RATES, code: { burst: 1, perMinute: 1 } }, () => 0);
  expect(limiter.ask('code', 'a')).toBe(0);
  expect(limiter.ask('code', 'a')).toBeGreaterThan(0);
  expect(limiter.ask('code', 'b')).toBe(0);
  expect(limiter.ask('sign-in', 'a')).toBe(0);
});

test('remembers only so many, whoever asks', () => {
  const limiter = rateLimiter({ ...RATES, code: { burst: 1, perMinute: 1 } }, () => 0);
  for (let asker = 0; asker <= 20_000; asker++) limiter.ask('code', String(asker));
  expect([limiter.ask('code', '20000') > 0, limiter.ask('code', '0')]).toEqual([true, 0]);
});

let node: SignInNode;
beforeAll(async () => {
  const rates = { ...RATES, code: { burst: 3, perMinute: 1 }, 'sign-in': { burst: 4, perMinute: 1 } };
  node = await signInNode({}, { rates, trustedProxies: ['127.0.0.1'] });
});
afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
});

test.each([
  ['enrolment codes', '/enrol/options', 3],
  ['signing in', '/sign-in/options', 4],
])(
  '%s: one machine that asks too often is refused with a time to come back; another is not',
  async (_what, path, most) => {
    const body = path === '/enrol/options' ? { code: '7K2M-9QXA-0000-0000-0000' } : undefined;
    const ask = (address: string) =>
      fetch(`${node.url}/nodes/mt/api${path}`, {
        method: 'POST',
        headers: { 'x-forwarded-for': address, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
    for (let asked = 0; asked < most; asked++) expect((await ask('192.0.2.7')).status).not.toBe(429);
    const refused = await ask('192.0.2.7');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(10);
    expect(await refused.json()).toMatchObject({ code: 'request/too-many' });
    expect((await ask('192.0.2.8')).status).not.toBe(429);
  },
);

test('a machine cannot shed its limit by naming another where no proxy is trusted', async () => {
  await using other = await signInNode({}, { rates: { ...RATES, code: { burst: 1, perMinute: 1 } } });
  const ask = (address: string) =>
    other.ask('/enrol/options', {
      method: 'POST',
      headers: { 'x-forwarded-for': address },
      body: { code: '7K2M-9QXA-0000-0000-0000' },
    });
  expect((await ask('192.0.2.7')).status).toBe(403);
  expect((await ask('192.0.2.8')).status).toBe(429);
});
