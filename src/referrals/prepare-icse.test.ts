import { expect, test } from 'vitest';
import { IcarusError } from '#core/errors.ts';
import { testNodes, testOfficer } from '#test/nodes.ts';
import { registerReferralJobs } from './answer-claim.ts';
import { syntheticItem, syntheticItems } from './fixtures.ts';
import { referralHandlers } from './handlers.ts';
import { itemsOf, listSeries } from './icse-store.ts';
import { ITEMS_HEADER, itemLine, readItems } from './item-file.ts';
import { type IcseDraft, prepareIcse } from './prepare-icse.ts';

async function collected<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

/** The text in pieces of `size` bytes, as a slow connection gives it. */
async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array, void> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

test('items are read from CSV as they were written, however the bytes come', async () => {
  const items = syntheticItems(0, 20);
  const text = `${[ITEMS_HEADER, ...items.map(itemLine)].join('\n')}\n`;
  for (const size of [1, 7, 64, 100_000])
    expect(await collected(readItems(pieces(text, size)))).toEqual(items);
  expect(await collected(readItems(pieces(text.replaceAll('\n', '\r\n').trimEnd(), 10)))).toEqual(items);
});

test.each([
  ['another header', 'sha1,md5\n', /Line 1 .* first line/],
  ['a missing field', `${ITEMS_HEADER}\nabc,def\n`, /Line 2 .* 2 fields instead of 8/],
  ['a hash of wrong length', `${ITEMS_HEADER}\n${itemLine(syntheticItem(1)).slice(1)}\n`, /Line 2 .* md5/],
  [
    'a mark in words',
    `${ITEMS_HEADER}\n${itemLine(syntheticItem(1)).replace(/true$/, 'yes')}\n`,
    /Line 2 .* mark/,
  ],
  [
    'words for a category',
    `${ITEMS_HEADER}\n${itemLine({ ...syntheticItem(1), category: 'in words' })}\n`,
    /category/,
  ],
  ['a line without end', `${ITEMS_HEADER}\n${'a'.repeat(5000)}`, /Line 2 .* too long/],
])('refuses %s with the number of the line', async (_, text, sentence) => {
  const failure = await collected(readItems(pieces(text, 50))).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(IcarusError);
  expect(String(failure)).toMatch(sentence);
});

test('a series keeps each file once, has the same digest in any order, and keeps nothing when it is refused', async () => {
  await using net = await testNodes(['dk', 'europol', 'mt'], {
    handlers: referralHandlers,
    jobs: registerReferralJobs,
  });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const { ctx } = net.node('dk');
  const investigator = testOfficer('investigator', operationId);
  const prepare = (items: IcseDraft['items']) =>
    prepareIcse(ctx, investigator, { operationId, name: 'Series', caseReference: 'DK-1', items });
  const items = syntheticItems(0, 7000);
  const series = await prepare([...items, ...items.slice(0, 10)]);
  expect(series.itemCount).toBe(7000);
  const turned = await prepare(items.toReversed());
  expect(turned).toMatchObject({ seriesDigest: series.seriesDigest, contentDigest: series.contentDigest });
  const marked = await prepare(items.map((item) => ({ ...item, category: 'B' })));
  expect(marked.seriesDigest).toBe(series.seriesDigest);
  expect(marked.contentDigest).not.toBe(series.contentDigest);
  const kept = await collected(itemsOf(ctx.db, series.seriesId));
  expect(kept).toEqual(items.toSorted((a, b) => (a.sha1 < b.sha1 ? -1 : 1)));

  const before = (await listSeries(ctx.db, operationId)).length;
  await expect(prepare([syntheticItem(1), { ...syntheticItem(1), category: 'B' }])).rejects.toThrow(
    'names 1 of its files twice',
  );
  await expect(prepare([])).rejects.toMatchObject({ code: 'referral/series-empty' });
  await expect(prepare([syntheticItem(1), { ...syntheticItem(2), sha1: 'short' }])).rejects.toThrow('Line 2');
  expect(await listSeries(ctx.db, operationId)).toHaveLength(before);
});

test('only the coordinator submits for another agency, and says for whom', async () => {
  await using net = await testNodes(['dk', 'europol'], {
    handlers: referralHandlers,
    jobs: registerReferralJobs,
  });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const investigator = testOfficer('investigator', operationId);
  const draft = { operationId, name: 'Series', caseReference: 'DK-1', items: syntheticItems(0, 1) };
  await expect(
    prepareIcse(net.node('dk').ctx, investigator, { ...draft, onBehalfOf: net.node('europol').agencyId }),
  ).rejects.toThrow('only the coordinator submits on behalf of another agency');
  await expect(
    prepareIcse(net.node('dk').ctx, testOfficer('approver', operationId), draft),
  ).rejects.toMatchObject({ code: 'access/denied' });
});
