import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TargetId } from '#core/ids.ts';
import { readZip } from '#platform/docx-file.ts';
import { type DuckDb, openDuckDb, sqlText } from '#platform/duckdb.ts';
import { loadPdfFonts } from '#platform/pdf.ts';
import { packageFrame } from './fixtures-content.ts';
import { preservationDocx } from './preservation-docx.ts';
import { type PreservationReader, preservationReader } from './preservation-lines.ts';
import { requestName } from './preservation-name.ts';
import { preservationPdf } from './preservation-pdf.ts';
import { type PaperBlock, type RequestContent, requestBlocks } from './preservation-words.ts';

const [FIRST, SECOND] = ['target_b', 'target_a'] as [TargetId, TargetId];
const COLUMNS =
  't(target_id, observed_at, address, port, transport, grade, country, operator, asn, destination_address, destination_port, carrier_nat)';
const ROWS = [
  `('target_b', TIMESTAMPTZ '2011-09-18 10:00:00Z', '192.0.2.1', 40001, 'tcp', 'direct-browse', 'PL', 'Sieć', 64500, '198.51.100.1', 6346, true)`,
  `('target_b', TIMESTAMPTZ '2011-09-19 10:00:05.25Z', '192.0.2.1', 40001, 'tcp', 'direct-transfer', 'PL', 'Sieć', 64500, '198.51.100.2', 6347, true)`,
  `('target_b', TIMESTAMPTZ '2011-09-20 10:00:00Z', '192.0.2.9', 40001, 'tcp', 'hearsay', 'PL', 'Sieć', 64500, NULL, NULL, false)`,
  `('target_a', TIMESTAMPTZ '2011-12-01 10:00:00Z', '192.0.2.7', NULL, NULL, 'direct-browse', 'PL', 'Sieć', 64500, NULL, NULL, false)`,
  `('target_a', TIMESTAMPTZ '2011-09-10 09:00:00Z', '203.0.113.5', 6346, '=cmd', 'direct-browse', 'DK', NULL, 64502, NULL, NULL, false)`,
  `('target_z', TIMESTAMPTZ '2011-09-10 09:00:00Z', '203.0.113.6', 6346, 'tcp', 'direct-browse', 'DK', NULL, 64502, NULL, NULL, false)`,
];

let folder = '';
let duck: DuckDb;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'icarus-preservation-'));
  duck = await openDuckDb({ temporaryFolder: folder, threads: 1 });
});
afterAll(async () => {
  await duck[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function reader(without = ''): Promise<PreservationReader> {
  const parquetPath = join(folder, `rows${without.length}.parquet`);
  await duck.run(
    `COPY (SELECT * ${without} FROM (VALUES ${ROWS.join(', ')}) ${COLUMNS}) TO ${sqlText(parquetPath)} (FORMAT parquet)`,
  );
  const paths = { temporary: folder } as Parameters<typeof preservationReader>[0]['paths'];
  return preservationReader(
    { paths },
    { parquetPath, targetIds: [FIRST, SECOND], country: 'PL', signal: undefined },
  );
}

async function contents(): Promise<RequestContent[]> {
  await using lines = await reader();
  const requests = await lines.requests();
  const frame = packageFrame();
  return Promise.all(
    requests.map(async (request, i) => ({
      frame: { ...frame, contents: { ...frame.contents, preservation: requests } },
      request,
      number: i + 1,
      lines: await lines.lines(request, 100),
      annexSha256: 'ab'.repeat(32),
    })),
  );
}

/** Everything that the blocks say, in one text. */
function said(blocks: readonly PaperBlock[]): string {
  return JSON.stringify(blocks);
}

test('each operator gets one request, of the own country first, with direct rows of the package’s targets only', async () => {
  await using lines = await reader();
  const requests = await lines.requests();
  expect(requests).toEqual([
    {
      name: 'pl-as64500-siec',
      country: 'PL',
      operator: 'Sieć',
      asn: 64_500,
      targets: 2,
      lines: 2,
      linesWithoutPort: 1,
      linesBehindNat: 1,
    },
    {
      name: 'dk-as64502',
      country: 'DK',
      operator: null,
      asn: 64_502,
      targets: 1,
      lines: 1,
      linesWithoutPort: 0,
      linesBehindNat: 0,
    },
  ]);
  expect(await lines.lines(requests[0]!, 10)).toMatchObject([
    {
      rank: 1,
      targetId: FIRST,
      address: '192.0.2.1',
      port: 40_001,
      destination: '198.51.100.2',
      destinationPort: 6347,
      observations: 2,
      behindNat: true,
    },
    { rank: 2, targetId: SECOND, address: '192.0.2.7', port: null, destination: null },
  ]);
});

test('an export without destination and translation columns gives the same lines without them', async () => {
  await using lines = await reader('EXCLUDE (destination_address, destination_port, carrier_nat)');
  const [request] = await lines.requests();
  expect(request).toMatchObject({ lines: 2, linesBehindNat: 0 });
  expect((await lines.lines(request!, 1))[0]).toMatchObject({ destination: null, destinationPort: null });
});

test('the annex holds every line and opens as no formula', async () => {
  await using lines = await reader();
  for (const request of await lines.requests())
    await lines.writeCsv(request, join(folder, `${request.name}.csv`));
  expect(await readFile(join(folder, 'pl-as64500-siec.csv'), 'utf8')).toBe(
    [
      'reference,target_id,address,source_port,transport,destination_address,destination_port,first_seen_utc,last_seen_utc,observations,carrier_nat',
      '1,target_b,192.0.2.1,40001,tcp,198.51.100.2,6347,2011-09-18T10:00:00.000000Z,2011-09-19T10:00:05.250000Z,2,yes',
      '2,target_a,192.0.2.7,,,,,2011-12-01T10:00:00.000000Z,2011-12-01T10:00:00.000000Z,1,no',
      '',
    ].join('\n'),
  );
  expect(await readFile(join(folder, 'dk-as64502.csv'), 'utf8')).toContain(`,'=cmd,`);
});

test('a request at home rests on Article 16, one abroad on Article 29 and goes through the point of contact', async () => {
  const [home, abroad] = await contents();
  expect(said(requestBlocks(home!))).toContain('Article 16: expedited preservation');
  expect(said(requestBlocks(home!))).not.toContain('Article 29');
  const words = said(requestBlocks(abroad!));
  expect(words).toContain('Article 29: expedited preservation at the request of another Party');
  expect(words).toContain('point of contact of Denmark');
  expect(words).toContain('operator of these addresses was not known');
});

test('a line says address, port, destination and both times to the second, in UTC and by the clocks of the operator', async () => {
  const [home] = await contents();
  const [withPort, without] = requestBlocks(home!).filter((block) => block.kind === 'table');
  expect(withPort?.rows).toEqual([
    [
      '1',
      '192.0.2.1, port 40001 · tcp · NAT',
      '198.51.100.2, port 6347',
      '2011-09-18 10:00:00 – 2011-09-19 10:00:05.250',
      '2011-09-18 12:00:00 +02:00 – 2011-09-19 12:00:05 +02:00',
    ],
  ]);
  // In winter the clocks of Poland are one hour ahead.
  expect(without?.rows[0]?.slice(1)).toEqual([
    '192.0.2.7, no port',
    'not logged',
    '2011-12-01 10:00:00',
    '2011-12-01 11:00:00 +01:00',
  ]);
  const words = said(requestBlocks(home!));
  expect(words).toContain('Lines without a source port');
  expect(words).toContain('source port, the destination and the second are all needed');
  expect(words).toContain('1 = b; 2 = a');
});

test('a request says nothing of what was seen: no client id, no file, no severity', async () => {
  const words = said((await contents()).flatMap(requestBlocks));
  expect(words).not.toMatch(/client|hash|severity|child|file-sharing/i);
});

test('what is not printed is counted, and stands in the annex', async () => {
  const [home] = await contents();
  const shorter = requestBlocks({ ...home!, lines: home!.lines.slice(0, 1) });
  expect(said(shorter)).toContain('1 further line stands only in the annex');
});

test('the same request gives the same bytes, as PDF and as DOCX, whenever it is written', async () => {
  const fonts = await loadPdfFonts();
  const [one] = await contents();
  const both = (content: RequestContent) =>
    Promise.all([preservationPdf(fonts, content), preservationDocx(content)]);
  const [pdf, docx] = await both(one!);
  const other = await both({ ...one!, number: 2 });
  await new Promise((done) => setTimeout(done, 1100));
  const again = await both(one!);
  expect([again[0].equals(pdf), again[1].equals(docx)]).toEqual([true, true]);
  expect([other[0].equals(pdf), other[1].equals(docx)]).toEqual([false, false]);
  const parts = readZip(await preservationDocx(one!));
  expect(parts.find(({ name }) => name === 'word/document.xml')?.content.toString()).toContain('Article 16');
});

test('names of files are plain letters, and no two are the same', () => {
  const taken = new Set<string>();
  const name = (operator: string | null, asn: number | null = null, country: string | null = 'PL') =>
    requestName({ country, operator, asn }, taken);
  expect(name('Łódzka Sieć / Świętokrzyska', 64_500)).toBe('pl-as64500-lodzka-siec-swietokrzyska');
  expect(name('ŁÓDZKA sieć -- Świętokrzyska', 64_500)).toBe('pl-as64500-lodzka-siec-swietokrzyska-2');
  expect(name('Ærø Fiber', null, 'DK')).toBe('dk-aero-fiber');
  expect(name('Ελλάδα', null, 'GR')).toBe('gr');
  expect(name(null, null, null)).toBe('unknown');
  expect(name('../../etc/passwd')).toBe('pl-etc-passwd');
});
