/** A node on a disk that is really filled, and emptied again. */
import { expect, test } from 'vitest';
import { ROUTE_ACCESS } from '#access/route-access.ts';
import { testAuthenticator } from '#access/sign-in/fixtures.ts';
import { GOES_ON } from '#server/requests/reserve.ts';
import { canMount, smallDiskNode } from '#test/small-disk-node.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- a test looks at what came
const jsonOf = async (answer: Response): Promise<any> => answer.json();

test('what goes on while the disk is low are routes that the node has', () => {
  for (const key of GOES_ON) expect(ROUTE_ACCESS, key).toHaveProperty([key]);
});

test.skipIf(!canMount)(
  'below its reserve a node reads and signs officers in, takes nothing new, and does all again when there is room',
  async () => {
    await using node = await smallDiskNode({ diskMiB: 160, reserveMiB: 80 });
    const origin = `http://localhost:${node.port}`;
    const api = `${node.url}/nodes/mt/api`;
    const post = (path: string, body: object, headers: Record<string, string> = {}) =>
      fetch(`${api}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    const { code } = (await node.order('officer chief')) as { code: string };
    const key = testAuthenticator(origin);
    const options = await jsonOf(await post('/enrol/options', { code }));
    const enrolled = await post('/enrol', { code, label: 'key', response: key.create(options) });
    expect(enrolled.status).toBe(204);
    const signIn = async (): Promise<string> => {
      const asked = await fetch(`${api}/sign-in/options`, { method: 'POST' });
      const answer = await post('/sign-in', { response: key.get(await jsonOf(asked)) });
      return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    };
    const standing = async () => (await fetch(`${node.url}/ready`)).json();
    expect(await standing()).toEqual({ status: 'degraded' });
    const bring = (bytes: number) =>
      fetch(`${node.url}/nodes/mt/exchange/v1/messages/message_small`, {
        method: 'PUT',
        headers: {
          'content-type': 'application/octet-stream',
          'content-digest': `sha-256=:${Buffer.alloc(32).toString('base64')}:`,
        },
        body: Buffer.alloc(bytes),
      });

    expect(await node.order('fill 200')).toEqual({ wrote: 'ENOSPC' });
    await new Promise((done) => setTimeout(done, 1100));
    expect(await standing()).toEqual({ status: 'read-only' });
    const cookie = await signIn();
    const read = await fetch(`${api}/officers`, { headers: { cookie } });
    expect(read.status).toBe(200);
    const refused = await post('/officers', { name: 'Second' }, { cookie });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '60']);
    expect(await refused.json()).toMatchObject({ code: 'disk/reserve' });
    const { officers } = await jsonOf(read);
    const after = await jsonOf(await fetch(`${api}/officers`, { headers: { cookie } }));
    expect(after.officers).toEqual(officers);
    // A peer tries again later: what it brings is refused for the time being, not for good.
    const large = await bring(100_000);
    expect([large.status, (await jsonOf(large)).code]).toEqual([503, 'disk/reserve']);

    // Between the reserve and nothing, what is small (a receipt, an alarm) still comes in: judged, not turned away.
    await node.order('fill 90');
    await new Promise((done) => setTimeout(done, 1100));
    expect(await standing()).toEqual({ status: 'read-only' });
    expect((await bring(100_000)).status).toBe(503);
    expect((await jsonOf(await bring(2000))).code).toMatch(/^seal\//);

    await node.order('fill 0');
    await new Promise((done) => setTimeout(done, 1100));
    expect(await standing()).toEqual({ status: 'degraded' });
    expect((await post('/officers', { name: 'Second' }, { cookie })).status).toBe(201);
  },
);
