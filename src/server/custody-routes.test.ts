import { expect, test } from 'vitest';
import { readCheckpoint, signedAt } from '#custody/checkpoint.ts';
import { readVerifierKey } from '#custody/note.ts';
import { recordEvent } from '#custody/record.ts';
import { sequenceNow } from '#custody/sequence.ts';
import { rootOver } from '#custody/tree.ts';
import { testNodes, testOfficer } from '#test/nodes.ts';
import { custodyRoutes } from './custody-routes.ts';

test('checkpoint, tiles and state are served to officers, and to nobody else', async () => {
  await using net = await testNodes(['dk', 'europol'], { routes: custodyRoutes });
  const dk = net.node('dk');
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  await dk.ctx.db.transaction().execute(async (tx) => {
    for (let n = 0; n < 300; n++)
      await recordEvent(tx, {
        at: net.clock.now(),
        kind: 'package.approved',
        actor: 'officer_1',
        subject: { kind: 'package', id: `package_${n}` },
      });
  });
  const { head } = await sequenceNow(dk.ctx);
  const get = (path: string) => fetch(`${dk.address}/nodes/dk/api${path}`);
  expect((await get('/custody/log/checkpoint')).status).toBe(401);
  expect((await get('/custody/log/tile/0/000')).status).toBe(401);

  dk.signedIn = testOfficer('auditor', operationId);
  const checkpoint = readCheckpoint(await (await get('/custody/log/checkpoint')).text());
  expect(signedAt(checkpoint, readVerifierKey(dk.ctx.keys.log.verifierKey))).toEqual(net.clock.now());
  expect(checkpoint.size).toBe(head?.size);
  const width = checkpoint.size - 256;
  const tiles = await Promise.all(
    ['/custody/log/tile/0/000', `/custody/log/tile/0/001.p/${width}`].map(async (path) =>
      Buffer.from(await (await get(path)).arrayBuffer()),
    ),
  );
  const bytes = Buffer.concat(tiles);
  const leaves = Array.from({ length: bytes.length / 32 }, (_, n) => bytes.subarray(n * 32, n * 32 + 32));
  expect(rootOver(leaves)).toEqual(checkpoint.root);
  const absent = [
    '0/001',
    `0/001.p/${width + 1}`,
    '0/002',
    '7/000',
    '64/000',
    '0/000.p/257',
    '0/..',
    'entries/000',
  ];
  for (const path of absent) expect((await get(`/custody/log/tile/${path}`)).status, path).toBe(404);
  const state = await (await get(`/operations/${operationId}/custody/state`)).json();
  expect(state).toMatchObject({ size: head?.size, waiting: 0, late: false, forks: [] });
  dk.signedIn = testOfficer('auditor', 'operation_of_others' as never);
  expect((await get(`/operations/${operationId}/custody/state`)).status).toBe(403);
});
