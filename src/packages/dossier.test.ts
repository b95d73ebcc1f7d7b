import { expect, test } from 'vitest';
import { loadPdfFonts } from '#platform/pdf.ts';
import { activityBars } from './activity-chart.ts';
import { dossierPdf } from './dossier.ts';
import { packageFrame, targetDocument } from './fixtures-content.ts';
import { summaryPdf } from './summary.ts';

const fonts = await loadPdfFonts();

/** Pages as the file's own tree counts them. */
function pages(pdf: Buffer): number {
  return Number(/\/Type \/Pages\n\/Count (\d+)/.exec(pdf.toString('latin1'))?.[1]);
}

test('a dossier is the same bytes for the same target, and other bytes for another', async () => {
  const first = await dossierPdf(fonts, packageFrame(), targetDocument(1));
  const other = await dossierPdf(fonts, packageFrame(), targetDocument(1, { score: 399 }));
  const again = await dossierPdf(fonts, packageFrame(), targetDocument(1));
  expect(again.equals(first)).toBe(true);
  expect(other.equals(first)).toBe(false);
});

test('a target with thousands of addresses still has a dossier of a few pages', async () => {
  const [entry] = targetDocument(1).addresses;
  const addresses = Array.from({ length: 5000 }, (_, i) => ({ ...entry!, port: i + 1 }));
  const long = await dossierPdf(fonts, packageFrame(), targetDocument(1, { addresses, addressCount: 7000 }));
  expect(pages(await dossierPdf(fonts, packageFrame(), targetDocument(1)))).toBeLessThanOrEqual(2);
  expect(pages(long)).toBeLessThanOrEqual(4);
});

test('a dossier of a target of many client ids, with as many suggestions as it may hold, stays a few pages', async () => {
  const clientIds = Array.from({ length: 100 }, (_, i) => `a1b2c3d4e5f60718293a4b5c6d7e8f${i}`);
  const at = '2011-09-20T10:00:00.000Z';
  const merge = {
    mergeId: `merge_${'0'.repeat(26)}`,
    clientIds,
    reason: 'r'.repeat(2000),
    by: 'officer_1',
    at,
  };
  const links = Array.from({ length: 20 }, (_, i) => ({
    targetId: `target_${i}`,
    clientId: clientIds[i]!,
    score: 96,
    earlierUntil: at,
    laterFrom: at,
    words: ['one followed the other at one address and port', 'the same client software, whichever version'],
  }));
  const pdf = await dossierPdf(fonts, packageFrame(), targetDocument(1, { merge, links }));
  expect(pages(pdf)).toBeLessThanOrEqual(5);
});

test('a summary of its longest list stays within three pages', async () => {
  const targets = Array.from({ length: 25 }, (_, i) => targetDocument(i + 1));
  expect(pages(await summaryPdf(fonts, packageFrame(), targets))).toBeLessThanOrEqual(3);
});

test('a bar stands for a day, and for whole weeks where days would be too thin; no observation is lost', () => {
  const short = activityBars([
    { day: '2011-09-18', observations: 2 },
    { day: '2011-09-10', observations: 1 },
  ]);
  expect(short).toEqual({
    days: 1,
    first: '2011-09-10',
    last: '2011-09-18',
    counts: [1, 0, 0, 0, 0, 0, 0, 0, 2],
  });
  const long = activityBars([
    { day: '2009-01-01', observations: 5 },
    { day: '2011-12-31', observations: 7 },
  ]);
  expect(long?.days).toBe(14);
  expect(long?.counts.reduce((sum, count) => sum + count, 0)).toBe(12);
  expect(activityBars([])).toBeUndefined();
});
