import { expect, test } from 'vitest';
import type { MessageId, TargetId } from '#core/ids.ts';
import { packageHandler } from '#packages/receive.ts';
import { receivedPackages } from '#packages/received-store.ts';
import { testDatabase } from '#test/database.ts';
import { officer, testNode, testOperation } from './fixtures.ts';
import { givenPackage, POSITIVE, targetIds } from './fixtures-content.ts';
import { keepWorkedPackages } from './keep-worked.ts';
import { caseTargetIds, outcomeVersions } from './outcome-store.ts';
import { recordOutcome } from './record.ts';

test('a package is erased with its targets, unless outcomes rest on targets that only it holds', async () => {
  await using database = await testDatabase();
  const operation = testOperation();
  const { operationId } = operation;
  await using node = await testNode(database, 'mt', operation);
  const { ctx } = node;
  const [first, second] = targetIds('MT', 2) as [TargetId, TargetId];
  const given = (version: number, ...targets: string[]) =>
    givenPackage(ctx.db, operation, {
      country: 'MT',
      version,
      targets: targets.map((targetId) => ({ targetId })),
    });
  await given(1, first, second);
  const [former] = await receivedPackages(ctx.db, operationId);
  const { erase } = keepWorkedPackages(packageHandler);
  const eraseIt = (messageId: MessageId) =>
    ctx.db
      .transaction()
      .execute((tx) => erase?.(ctx, tx, { messageId, operationId, folder: '/nowhere' }) ?? Promise.resolve());
  const note = { note: '' };
  await recordOutcome(ctx, officer('mt-1', 'investigator', operation), {
    operationId,
    targetId: first,
    ...POSITIVE,
    ...note,
  });
  await expect(eraseIt(former!.messageId)).rejects.toThrow('was worked here');
  expect(await receivedPackages(ctx.db, operationId)).toHaveLength(1);

  await given(2, first);
  await eraseIt(former!.messageId);
  expect((await receivedPackages(ctx.db, operationId)).map(({ version }) => version)).toEqual([2]);
  expect(await caseTargetIds(ctx.db, { operationId, country: 'MT' })).toEqual([first]);
  // What was recorded stays, whichever version its target stands in.
  expect(await outcomeVersions(ctx.db, operationId, first)).toHaveLength(1);
});
