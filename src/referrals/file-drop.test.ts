import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AgencyId } from '#core/ids.ts';
import { addFile, exportFile } from '#exchange/files.ts';
import { adoptOperation } from '#operations/create.ts';
import { SYSTEM, testNodes, testOfficer } from '#test/nodes.ts';
import { registerReferralJobs } from './answer-claim.ts';
import { approveIcse } from './approve-icse.ts';
import { claimIcse } from './claim-icse.ts';
import { syntheticItems } from './fixtures.ts';
import { referralHandlers } from './handlers.ts';
import { prepareIcse } from './prepare-icse.ts';
import { listReceivedSeries } from './received-store.ts';
import { sendIcse } from './send-icse.ts';

test('where Interpol has no address the sealed series goes as a file, with the same checks at its end', async () => {
  await using net = await testNodes(['dk', 'europol', 'interpol'], {
    handlers: referralHandlers,
    jobs: registerReferralJobs,
    fileOnly: ['interpol'],
  });
  const operation = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const { operationId } = operation;
  const { ctx } = net.node('europol');
  await ctx.db
    .transaction()
    .execute((tx) => adoptOperation(tx, operation, { at: net.clock.now(), actor: 'system:test' }));
  const coordinator = testOfficer('coordinator', operationId);
  const series = await prepareIcse(ctx, coordinator, {
    operationId,
    name: 'Series 1',
    caseReference: 'DK-2011-1',
    onBehalfOf: 'dk' as AgencyId,
    items: syntheticItems(0, 5),
  });
  const digest = series.contentDigest;
  await approveIcse(ctx, testOfficer('approver', operationId), { ...series, digest });
  await claimIcse(ctx, coordinator, series);
  const { sent } = await sendIcse(ctx, coordinator, series);
  await net.settled();
  const interpol = net.node('interpol');
  expect(await listReceivedSeries(interpol.ctx.db, operationId)).toEqual([]);
  const drop = join(ctx.paths.temporary, 'drop.icarus');
  await exportFile(ctx, SYSTEM, sent?.messageId ?? ('' as never), drop);
  await addFile(interpol.exchange, SYSTEM, drop);
  await net.settled();
  expect(await listReceivedSeries(interpol.ctx.db, operationId)).toMatchObject([
    { from: 'europol', onBehalfOf: 'dk', contentDigest: digest },
  ]);
});
