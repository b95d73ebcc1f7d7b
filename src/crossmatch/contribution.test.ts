import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AgencyId, MessageId } from '#core/ids.ts';
import { newId } from '#core/ids.ts';
import { deliveryOf } from '#exchange/deliveries.ts';
import { testOfficer } from '#test/nodes.ts';
import { SELECTORS_FILE, SELECTORS_FORMAT, type SelectorsDocument } from './contribution.ts';
import { contribute, givenTargets, type Scene, scene, suspect } from './fixtures.ts';
import { selectorsHandler } from './receive-selectors.ts';
import { sendSelectors } from './send-selectors.ts';

test('selectors go sealed to the coordinator alone, who acknowledges them', async () => {
  await using at = await scene('se');
  const { ctx } = at.net.node('se');
  await givenTargets(ctx, at.operation, {
    country: 'SE',
    targets: [{ targetId: 'target_se1', clientId: 'aa' }],
  });
  await givenTargets(at.coordinator.ctx, at.operation, {
    country: 'SE',
    targets: [{ targetId: 'target_se1', clientId: 'aa' }],
  });
  const sent = await contribute(at, 'se', [suspect('SE-1', { targetId: 'target_se1' }), suspect('SE-2')]);
  expect(sent).toMatchObject({ suspects: 2, selectors: 2 });
  expect(await deliveryOf(ctx.db, sent.messageId, ctx.clock.now())).toMatchObject([
    { recipient: 'europol', state: 'acknowledged' },
  ]);
  const rows = await at.coordinator.ctx.db
    .selectFrom('subject')
    .select(['reference', 'target_id'])
    .orderBy('reference')
    .execute();
  expect(rows).toEqual([
    { reference: 'SE-1', target_id: 'target_se1' },
    { reference: 'SE-2', target_id: null },
  ]);
});

test('victims, other parties and minors never leave the country, nor does what cannot be compared', async () => {
  await using at = await scene('se');
  const refused: [Parameters<typeof suspect>[1], RegExp][] = [
    [{ category: 'victim' }, /Only suspects/],
    [{ category: 'other-party' }, /Only suspects/],
    [{ minor: true }, /Suspect 1 is a minor/],
    [
      { selectors: [{ type: 'name-with-birth-date', value: 'Anna Jensen|1993-09-22' }] },
      /Suspect 1 is a minor/,
    ],
    [{ selectors: [{ type: 'phone', value: '0701234567' }] }, /Selector 1 of suspect 1.*no country code/],
    [{ selectors: [] }, /there is none/],
    [{ handling: { codes: ['H3'], text: '' } }, /H3/],
    [{ targetId: 'target_dk1' }, /not in the package/],
  ];
  for (const [change, words] of refused)
    await expect(contribute(at, 'se', [suspect('SE-1', change)])).rejects.toThrow(words);
  await expect(contribute(at, 'se', [suspect('SE-1'), suspect('SE-1')])).rejects.toThrow('Suspect 2');
  const { ctx } = at.net.node('se');
  expect(await ctx.db.selectFrom('outbox_message').select('id').execute()).toEqual([]);
  const { operationId } = at;
  const input = { operationId, suspects: [suspect('SE-1')] };
  await expect(sendSelectors(ctx, testOfficer('press', operationId), input)).rejects.toThrow(
    'selectors.send',
  );
});

function documentOf(at: Scene, change: Partial<SelectorsDocument> = {}): SelectorsDocument {
  return {
    format: SELECTORS_FORMAT,
    operationId: at.operationId,
    agencyId: 'se',
    country: 'SE',
    exercise: true,
    createdAt: at.net.clock.now().toISOString(),
    suspects: [suspectDocument()],
    ...change,
  };
}

function suspectDocument(change: object = {}) {
  return {
    suspectRef: 'SE-1',
    targetId: null,
    category: 'suspect' as const,
    minor: false as const,
    evaluation: { source: 'A' as const, information: '1' as const },
    handling: { codes: [], text: '' },
    selectors: [{ type: 'nickname' as const, value: 'wolf', given: 'Wolf' }],
    ...change,
  };
}

/** Gives a document to the coordinator's handler as the exchange does. */
async function receive(at: Scene, document: object, from = 'se'): Promise<void> {
  const { ctx } = at.coordinator;
  const folder = await mkdtemp(join(ctx.paths.opened, 'selectors-'));
  const text = JSON.stringify(document);
  await writeFile(join(folder, SELECTORS_FILE), text);
  const message = {
    messageId: newId<MessageId>('message', ctx.clock.now()),
    kind: 'selectors',
    from: from as AgencyId,
    to: [ctx.node.agencyId],
    operationId: at.operationId,
    createdAt: ctx.clock.now(),
    contentDigest: '0'.repeat(128),
    folder,
    files: [{ path: SELECTORS_FILE, sizeBytes: Buffer.byteLength(text), sha512: '0'.repeat(128) }],
  };
  await ctx.db.transaction().execute((tx) => selectorsHandler.receive(ctx, tx, message));
}

test('the coordinator takes nothing on trust: what a message should not say is refused whole', async () => {
  await using at = await scene();
  const bad: [object, RegExp][] = [
    [documentOf(at, { country: 'FR' }), /country/],
    [documentOf(at, { agencyId: 'fr' }), /agencyId/],
    [documentOf(at, { exercise: false }), /exercise/],
    [{ ...documentOf(at), further: 1 }, /not valid/],
    [{ ...documentOf(at), suspects: [suspectDocument({ category: 'victim' })] }, /category/],
    [{ ...documentOf(at), suspects: [suspectDocument({ minor: true })] }, /minor/],
    [{ ...documentOf(at), suspects: [suspectDocument(), suspectDocument()] }, /Suspect 2/],
    [
      {
        ...documentOf(at),
        suspects: [suspectDocument({ selectors: [{ type: 'nickname', value: 'Wolf', given: 'Wolf' }] })],
      },
      /selectors\/0\/value/,
    ],
    [
      {
        ...documentOf(at),
        suspects: [
          suspectDocument({
            selectors: [{ type: 'name-with-birth-date', value: 'anna jensen|1999-01-01', given: 'x' }],
          }),
        ],
      },
      /minor/,
    ],
    [
      { ...documentOf(at), suspects: [suspectDocument({ handling: { codes: ['H3'], text: '' } })] },
      /handling/,
    ],
  ];
  for (const [document, words] of bad) await expect(receive(at, document)).rejects.toThrow(words);
  await expect(receive(at, documentOf(at), 'mt')).rejects.toThrow('mt is none');
  const target = documentOf(at, { suspects: [suspectDocument({ targetId: 'target_se9' })] });
  await expect(receive(at, target)).rejects.toThrow('has not been opened');
  await givenTargets(at.coordinator.ctx, at.operation, {
    country: 'SE',
    targets: [{ targetId: 'target_se1', clientId: 'aa' }],
  });
  await expect(receive(at, target)).rejects.toThrow('not in the package');
  expect(await at.coordinator.ctx.db.selectFrom('subject').select('id').execute()).toEqual([]);
  await receive(at, documentOf(at));
  expect(await at.coordinator.ctx.db.selectFrom('subject').select('id').execute()).toHaveLength(1);
});
