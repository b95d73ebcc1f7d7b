import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLake } from '#observations/lake.ts';
import { type DuckDb, type DuckDbRow, sqlText } from '#platform/duckdb.ts';
import { stagedRows } from './convert-sql.ts';
import { constantsOf, LAKE_COLUMNS } from './lake-columns.ts';
import { type ImportProfile, readProfile } from './profile.ts';
import { numberedColumns, type TextRelation } from './text-relation.ts';

const LATEST = new Date('2011-09-21T00:00:00Z');

let duck: DuckDb;
beforeAll(async () => {
  duck = await openLake({ temporaryFolder: tmpdir() });
});
afterAll(() => duck[Symbol.asyncDispose]());

const BASE: ImportProfile = {
  name: 'tool',
  version: 1,
  fields: { time: { column: 'time' }, address: { column: 'ip' }, clientId: { column: 'id' } },
  time: { format: 'iso' },
};
const GOOD = { time: '2011-09-01T10:00:00Z', ip: '192.0.2.1', id: 'aa' };

function relation(rows: readonly Readonly<Record<string, string>>[]): TextRelation {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const values = rows.map(
    (row, n) => `(${n}, ${columns.map((name) => sqlText(row[name] ?? '')).join(', ')})`,
  );
  const names = ['row', ...columns.map((_, index) => `c${index}`)];
  return {
    from: `(VALUES ${values.join(', ')}) t(${names.join(', ')})`,
    columns: numberedColumns(columns),
    holdsNul: true,
  };
}

async function staged(
  profile: Omit<ImportProfile, 'name' | 'version' | 'time'> & Partial<ImportProfile>,
  rows: readonly Readonly<Record<string, string>>[],
): Promise<DuckDbRow[]> {
  const all = rows.map((row) => ({ ...GOOD, ...row }));
  const whole = readProfile({ ...BASE, ...profile, fields: { ...BASE.fields, ...profile.fields } });
  return duck.rows(`SELECT * FROM (${stagedRows(relation(all), whole, { latest: LATEST })}) ORDER BY row`);
}

test('a row keeps its destination, tool, case reference and mark', async () => {
  const fields = {
    ...BASE.fields,
    destinationAddress: { column: 'to' },
    destinationPort: { column: 'to_port' },
    tool: { constant: 'Example' },
    toolVersion: { column: 'build' },
    caseReference: { column: 'case' },
    flagged: { column: 'mark' },
  };
  const rows = await staged({ fields }, [
    { to: '::ffff:198.51.100.7', to_port: '4662', build: '2.1', case: 'C-1', mark: 'Yes' },
    { to: '2001:db8::1', to_port: '', build: '', case: '', mark: '0' },
    { to: '', to_port: '', build: '', case: '', mark: '' },
  ]);
  expect(rows).toMatchObject([
    {
      destination_family: 4,
      destination_low: 3_325_256_711n,
      destination_port: 4662,
      tool: 'Example',
      tool_version: '2.1',
      case_reference: 'C-1',
      flagged: true,
      refusal: null,
      row: 0,
    },
    { destination_family: 6, destination_high: 0x20010db800000000n, destination_port: null, flagged: false },
    { destination_family: null, tool_version: null, flagged: null, refusal: null },
  ]);
});

test.each([
  ['destination-address-unreadable', { to: '198.51.100' }],
  ['destination-port-invalid', { to_port: '-4662' }],
  ['flag-unknown', { mark: 'perhaps' }],
])('%s refuses its row and shows the value', async (code, row) => {
  const fields = {
    ...BASE.fields,
    destinationAddress: { column: 'to' },
    destinationPort: { column: 'to_port' },
    flagged: { column: 'mark' },
  };
  const whole = { to: '', to_port: '', mark: '', ...row };
  expect(await staged({ fields }, [whole])).toMatchObject([
    { refusal: code, refused_value: Object.values(row)[0] },
  ]);
});

test('words for a mark are the profile’s own where it has some', async () => {
  const fields = { ...BASE.fields, flagged: { column: 'mark' } };
  const rows = await staged({ fields, flagWords: { yes: ['X'], no: ['-'] } }, [
    { mark: 'x' },
    { mark: '-' },
    { mark: 'true' },
  ]);
  expect(rows.map(({ flagged, refusal }) => [flagged, refusal])).toEqual([
    [true, null],
    [false, null],
    [null, 'flag-unknown'],
  ]);
});

describe('file hashes', () => {
  const hashed = { ...BASE.fields, fileHash: { column: 'hash' } };

  test('a base-32 hash behind its name is kept as lower-case hexadecimal', async () => {
    // The SHA-1 and the Tiger tree of no bytes at all, as their specifications write them.
    const rows = await staged({ fields: hashed, hash: { encoding: 'base32', prefix: 'urn:sha1:' } }, [
      { hash: 'urn:sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ' },
      { hash: 'URN:SHA1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ' },
      { hash: 'LWPNACQDBZRYXW3VHJVCJ64QBZNGHOHHHZWCLNQ' },
      { hash: '3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBY1' },
    ]);
    const sha1 = { file_hash: 'da39a3ee5e6b4b0d3255bfef95601890afd80709', hash_algorithm: 'sha1' };
    expect(rows).toMatchObject([
      sha1,
      sha1,
      { file_hash: '5d9ed00a030e638bdb753a6a24fb900e5a63b8e73e6c25b6', hash_algorithm: 'tth' },
      { refusal: 'file-hash-invalid', refused_value: '3i42h3s6nnfq2msvx7xzkyayscx5qby1' },
    ]);
  });

  test('base 32 gives back the bytes of every hash', async () => {
    const profile = readProfile({ ...BASE, fields: hashed, hash: { encoding: 'base32' } });
    const digest = fc
      .tuple(fc.constantFrom('md5', 'sha1', 'sha256', 'sha512'), fc.uint8Array({ maxLength: 8 }))
      .map(([name, bytes]) => createHash(name).update(bytes).digest());
    await fc.assert(
      fc.asyncProperty(fc.array(digest, { minLength: 100, maxLength: 200 }), async (digests) => {
        const rows = digests.map((bytes) => ({ ...GOOD, hash: base32(bytes) }));
        const kept = await duck.rows(
          `SELECT file_hash FROM (${stagedRows(relation(rows), profile, { latest: LATEST })}) ORDER BY row`,
        );
        expect(kept.map(({ file_hash: hash }) => hash)).toEqual(
          digests.map((bytes) => bytes.toString('hex')),
        );
      }),
      { numRuns: 3 },
    );
  });

  test('the profile says of what a hash is, where its length does not', async () => {
    const ed2k = { ...hashed, hashAlgorithm: { constant: 'ed2k' } };
    const rows = await staged({ fields: ed2k }, [
      { hash: '31D6CFE0D16AE931B73C59D7E0C089C0' },
      { hash: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' },
    ]);
    expect(rows).toMatchObject([
      { file_hash: '31d6cfe0d16ae931b73c59d7e0c089c0', hash_algorithm: 'ed2k', refusal: null },
      { refusal: 'file-hash-invalid' },
    ]);
  });

  test('a column may name the algorithm; a name that is none refuses its row', async () => {
    const named = { ...hashed, hashAlgorithm: { column: 'kind' } };
    const hash = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
    const rows = await staged({ fields: named }, [
      { hash, kind: 'SHA-1' },
      { hash, kind: 'btih' },
      { hash, kind: '' },
      { hash, kind: 'md5' },
      { hash, kind: 'crc' },
      { hash: '', kind: 'md5' },
    ]);
    expect(rows.map(({ hash_algorithm: algorithm, refusal }) => [algorithm, refusal])).toEqual([
      ['sha1', null],
      ['btih', null],
      ['sha1', null],
      [null, 'file-hash-invalid'],
      [null, 'file-hash-invalid'],
      [null, null],
    ]);
  });
});

test('what a profile states or leaves out is constant, and each row says the same', async () => {
  const fields = {
    ...BASE.fields,
    port: { constant: '6346' },
    transport: { constant: 'tcp' },
    software: { column: 'agent' },
    flagged: { constant: 'no' },
  };
  const profile = readProfile({ ...BASE, fields });
  const constants = constantsOf(profile);
  expect(constants).toEqual({
    port: 6346,
    transport: 'tcp',
    file_hash: null,
    hash_algorithm: null,
    file_size: null,
    network: null,
    grade: 'unknown',
    destination_family: null,
    destination_high: null,
    destination_low: null,
    destination_port: null,
    tool: null,
    tool_version: null,
    case_reference: null,
    flagged: false,
  });
  const [row] = await duck.rows(stagedRows(relation([{ ...GOOD, agent: 'x' }]), profile, { latest: LATEST }));
  expect(row).toMatchObject(constants);
  expect(Object.keys(row ?? {})).toEqual(['row', ...LAKE_COLUMNS, 'refusal', 'refused_value', 'row_hash']);
});

test('no text crashes the conversion, and every row has an observation or a reason', async () => {
  const fields = {
    ...BASE.fields,
    port: { column: 'port' },
    fileHash: { column: 'hash' },
    fileSize: { column: 'size' },
    destinationAddress: { column: 'to' },
    flagged: { column: 'mark' },
  };
  const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[0-9a-f:.TZ+-]{0,40}$/));
  // PostgreSQL's and DuckDB's literals hold no NUL; NUL comes only from files, and is tested there.
  const text = texts.map((value) => value.replaceAll('\0', ''));
  const row = fc.record({
    time: fc.oneof(text, fc.constant(GOOD.time)),
    ip: fc.oneof(text, fc.constant(GOOD.ip)),
    id: text,
    port: text,
    hash: text,
    size: text,
    to: text,
    mark: text,
  });
  const formats = fc.constantFrom('iso', 'unix-seconds', 'unix-milliseconds', '%d.%m.%Y %H:%M');
  const many = fc.array(row, { minLength: 100, maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(many, formats, async (rows, format) => {
      const time = { format, zone: 'Europe/Copenhagen' };
      const kept = await staged({ fields, time, hash: { encoding: 'base32' } }, rows);
      expect(kept).toHaveLength(rows.length);
      for (const { refusal, observed_at: at, family, client_id: id } of kept)
        if (refusal === null)
          expect([at instanceof Date, typeof family, typeof id]).toEqual([true, 'number', 'string']);
    }),
    { numRuns: 4 },
  );
});

/** RFC 4648, section 6, without padding. */
function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}
