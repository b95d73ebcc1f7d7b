import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { actorName, authorize } from '#access/policy.ts';
import type { OperationId } from '#core/ids.ts';
import { createLog } from '#platform/log.ts';
import { testOfficer } from '#test/nodes.ts';
import { strictApp } from './requests/strict-app.ts';

const OPERATION = 'operation_one' as OperationId;

test('a refusal is logged with the officer, the route and where it came from; not with the address that names a person', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'icarus-log-'));
  const file = join(folder, 'log');
  const log = createLog({ level: 'info', file });
  const app = strictApp({ log });
  const officer = testOfficer('press', OPERATION);
  app.addHook('onRequest', async (request) => {
    request.actor = officer;
  });
  const querystring = Type.Object({ text: Type.String() }, { additionalProperties: false });
  app.get('/operations/:operationId/targets/:targetId', { schema: { querystring } }, async () =>
    authorize(officer, 'targets.read', { operationId: OPERATION }),
  );
  await app.inject({ url: '/operations/operation_one/targets/target_secret?text=somebody' });
  await app.inject({ url: '/operations/operation_one/targets/target_secret' });
  log.flush();
  await expect.poll(() => readFile(file, 'utf8')).toContain('request/invalid');
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    {
      msg: 'request refused',
      code: 'access/denied',
      route: 'GET /operations/:operationId/targets/:targetId',
      by: actorName(officer),
      from: '127.0.0.1',
    },
    { code: 'request/invalid', by: actorName(officer) },
  ]);
  expect(lines.join()).not.toMatch(/secret|somebody/);
  await app.close();
  await rm(folder, { recursive: true });
});
