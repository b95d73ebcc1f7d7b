/** First inputs for importers: what each of them takes, in the formats that it knows. */
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { STATEMENT_FORMAT } from '#access/approvals/statement.ts';
import { ARCHIVE_FORMAT, type Label } from '#assembly/archive/layout.ts';
import { BACKUP_FORMAT, writeManifest } from '#assembly/backup/manifest.ts';
import { SendSelectorsBody } from '#crossmatch/schemas.ts';
import { toLines, writeConsistency, writeForks, writeReturned } from '#custody/riding-lines.ts';
import { RECALL_REASONS } from '#exchange/recall/types.ts';
import { mmdbOf } from '#observations/attribution/fixtures-mmdb.ts';
import { exampleLog } from '#observations/import/examples.ts';
import { openLake } from '#observations/lake.ts';
import { rulesCsv } from '#observations/retention/rule-csv.ts';
import { seed2011 } from '#observations/retention/seed-2011.ts';
import { RankingWeights } from '#observations/targets/ranking-profiles.ts';
import { OperationDocument } from '#operations/types.ts';
import { signedJournal } from '#protection/erasure-journal.ts';
import { SHIPPED_RULES } from '#protection/rules.ts';
import { ITEMS_HEADER, itemLine } from '#referrals/item-file.ts';
import { DraftBody } from '#referrals/schemas.ts';
import { bundleEntries } from './bundle-files.ts';
import { LOG } from './custody-targets.ts';
import { drawn } from './document-seeds.ts';
import type { Seeds } from './seal-seeds.ts';

const AT = '2011-09-21T10:00:00.000Z';
const DIGITS = '0123456789abcdef'.repeat(4);
const [MD5, SHA1, SHA256] = [DIGITS.slice(0, 32), DIGITS.slice(0, 40), DIGITS] as const;

export async function importerSeeds(): Promise<Seeds> {
  return { ...(await logSeeds()), ...addressSeeds(), ...listSeeds(), ...fileSeeds() };
}

async function logSeeds(): Promise<Seeds> {
  const [csv, tsv, ndjson] = (['gnutella', 'emule', 'bittorrent'] as const).map((name) =>
    firstLines(readFileSync(exampleLog(name))),
  ) as [Buffer, Buffer, Buffer];
  const packed = (plain: Buffer) => ({ plain, gzip: gzipSync(plain), zstd: zstdCompressSync(plain) });
  return {
    'log-gnutella': packed(csv),
    'log-emule': packed(tsv),
    'log-bittorrent': packed(ndjson),
    'log-parquet': await parquetSeeds(),
    'log-container': {
      ...packed(csv),
      ndjson,
      // Two frames after each other, as parallel compressors write them.
      frames: Buffer.concat([zstdCompressSync(tsv.subarray(0, 400)), zstdCompressSync(tsv.subarray(400))]),
      members: Buffer.concat([gzipSync(csv.subarray(0, 700)), gzipSync(csv.subarray(700))]),
    },
    'import-profile': {
      gnutella: readFileSync(exampleLog('gnutella').replace(/csv$/, 'json')),
      bittorrent: readFileSync(exampleLog('bittorrent').replace(/ndjson$/, 'json')),
    },
    'severity-list': {
      one: `hash,code\n${MD5},A\n${SHA1},b\n`,
      gzip: gzipSync(`hash,code\n${SHA256},C\n`),
    },
  };
}

/** Few enough that a conversion of them is quick. */
function firstLines(log: Buffer): Buffer {
  return Buffer.from(log.toString('utf8').split('\n').slice(0, 13).join('\n'));
}

async function parquetSeeds(): Promise<Record<string, Uint8Array>> {
  const folder = await mkdtemp(join(tmpdir(), 'icarus-corpus-'));
  try {
    await using duck = await openLake({ temporaryFolder: folder, threads: 1 });
    const write = async (name: string, options: string) => {
      const path = join(folder, name);
      await duck.run(`COPY (SELECT * FROM read_csv('${exampleLog('gnutella')}', all_varchar = true, header = true) LIMIT 12)
        TO '${path}' (FORMAT parquet, ${options})`);
      return readFile(path);
    };
    return {
      plain: await write('plain', 'COMPRESSION uncompressed'),
      snappy: await write('snappy', 'COMPRESSION snappy'),
      zstd: await write('zstd', 'COMPRESSION zstd'),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function addressSeeds(): Seeds {
  const rir = [
    '2|ripencc|20110901|4|19930101|20110901|+0000',
    'ripencc|*|ipv4|*|2|summary',
    'ripencc|*|ipv6|*|1|summary',
    'ripencc|*|asn|*|1|summary',
    'ripencc|MT|ipv4|192.0.2.0|128|20100101|allocated|a1',
    'ripencc|DK|ipv4|198.51.100.0|256|20100101|assigned|a2',
    'ripencc|IT|ipv6|2001:db8::|32|20100101|allocated|a1',
    'ripencc|MT|asn|64500|1|20100101|allocated|a1',
    '',
  ].join('\n');
  const flags = 'prefix,asn,note\n192.0.2.0/25,,carrier A\n,64500,hosting B\n2001:db8::/48,,C\n';
  const table = [
    'start,end,country,asn,operator,from,to',
    '192.0.2.0,192.0.2.127,MT,64500,"Operator, A",2011-01-01,2011-12-31',
    '192.0.2.0,192.0.2.127,DK,AS64501,B,2012-01-01,',
    '2001:db8::,2001:db8::ff,IT,,,2011-01-01,',
    '3325256704,3325256959,FR,1,C,2011-06-01T00:00:00Z,',
    '',
  ].join('\n');
  return {
    'snapshot-rir': { plain: rir, zstd: zstdCompressSync(rir) },
    'snapshot-pfx2as': {
      plain: '192.0.2.0\t24\t64500\n198.51.100.0\t25\t64500_64501\n2001:db8::\t32\t64500,64502\n',
    },
    'snapshot-iptoasn': {
      plain:
        '192.0.2.0\t192.0.2.255\t64500\tMT\tOPERATOR A\n198.51.100.0\t198.51.100.9\t0\tNone\tNot routed\n2001:db8::\t2001:db8::ffff\t64501\tDK\tB\n',
    },
    'snapshot-mmdb': {
      country: mmdbOf(
        [
          { family: 4, first: 0xc0000200n, length: 24, record: { country: { iso_code: 'MT' } } },
          { family: 6, first: 0x20010db8n << 96n, length: 32, record: { country: { iso_code: 'DK' } } },
        ],
        { mapped: true },
      ),
      systems: mmdbOf([
        {
          family: 4,
          first: 0xc6336400n,
          length: 24,
          record: { autonomous_system_number: 64500, autonomous_system_organization: 'Operator "A"' },
        },
      ]),
    },
    'snapshot-csv': { plain: table, gzip: gzipSync(table) },
    'snapshot-flags': { plain: flags },
  };
}

function listSeeds(): Seeds {
  const vics = {
    '@odata.context': 'http://github.com/VICSDATAMODEL/ProjectVic/DataModels/1.3.xml/US/$metadata#Media',
    value: [
      { MD5, SHA1, Category: 1, MediaID: 1, Tags: ['a'] },
      { MD5: MD5.toUpperCase(), Category: 2, Exifs: [{ PropertyName: 'x', PropertyValue: '"{[' }] },
      { MediaFiles: [{ MD5 }], SHA1 },
    ],
  };
  const item = {
    md5: MD5,
    sha1: SHA1,
    sha256: null,
    mediaType: 'image/jpeg',
    category: '1',
    victimIdentified: false,
    offenderIdentified: true,
    distributed: false,
  };
  return {
    'hash-list': {
      plain: `# a list\n${MD5}\n${SHA1.toUpperCase()}\n${SHA256}\nnot a hash\n`,
      hashdeep: `%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## Invoked from: /x\n12,${MD5},${SHA256},/a,b.jpg\n`,
      csv: `md5,sha1,category\r\n"${MD5}",${SHA1},"1, a"\r\n,,2\r\n`,
      semicolons: `SHA256;Category\n${SHA256};A\n`,
    },
    'hash-list-vics': { one: JSON.stringify(vics), bare: `{"value":[{"MD5":"${MD5}"}]}` },
    holdings: {
      one: [
        'reference,network,minor,address,client-id,e-mail,phone,nickname,device-serial,file-hash,name-with-birth-date,born',
        `R-1,Net A,,192.0.2.7;2001:db8::7,ABCDEF0123,ada@example.org,+356 2100 0000,Ada_1,SN-0001,${SHA1},Ada Camilleri,1980-01-02`,
        'R-2,,yes,,,,2100 0000,"Nick, the ""first""",,,Børge Æ,2000-02-29',
        '',
      ].join('\r\n'),
    },
    'holdings-mapping': {
      one: JSON.stringify({
        name: 'own',
        version: 1,
        delimiter: ';',
        reference: 'id',
        selectors: [
          { type: 'phone', column: 'phone', separator: ';', defaultCountry: 'MT' },
          { type: 'name-with-birth-date', column: 'name', birthDateColumn: 'born' },
        ],
      }),
    },
    'icse-items': {
      one: `${ITEMS_HEADER}\n${itemLine(item)}\n${itemLine({ ...item, sha256: SHA256, sha1: SHA1.replace('0', '1') })}\r\n`,
    },
    'icse-sha1': { one: `${SHA1}\n${SHA1.replace('0', '1')}\n` },
    'retention-rules': {
      seed: rulesCsv(seed2011()),
      months:
        'country,operator,months_kept,legal_reference,source\nMT,"Operator, A",12,"=Art. 1",a law\nDK,,6,Art. 2,b\n',
    },
    'review-rules': { shipped: JSON.stringify(SHIPPED_RULES, null, 1) },
  };
}

function fileSeeds(): Seeds {
  const notes = ['one', 'two'].map((text) => `${text}\n\n${LOG.sign(`${text}\n`)}\n`) as [string, string];
  const proof = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const riding = {
    ...toLines('Log-Checkpoint', notes[0]),
    ...toLines('Log-Consistency', writeConsistency([{ size: 7, proof }])),
    ...toLines('Log-Cosignature', writeReturned([{ origin: LOG.name, size: 7, line: LOG.sign('one\n') }])),
    ...toLines('Log-Fork', writeForks([{ first: notes[0], second: notes[1] }])),
  };
  const table = {
    table: 'operation',
    columns: ['id', 'code_name'],
    part: 'node',
    file: 'tables/operation',
    rows: 1,
    sizeBytes: 10,
    sha256: SHA256,
  };
  return {
    inventory: {
      names: 'a.jpg\nB.JPG\nä\n-rf\n~\n$(x)\nCON\na\\b\n',
      jpeg: Buffer.concat([Buffer.from('ffd8ffe000104a464946', 'hex'), Buffer.from('\nb\n')]),
    },
    'custody-bundle': { one: bundleEntries() },
    'backup-manifest': {
      one: writeManifest({
        format: BACKUP_FORMAT,
        agencyId: 'dk',
        at: AT,
        encrypted: false,
        parts: [{ part: 'node', recipient: null }],
        migrations: [{ name: '0001-node', sha256: SHA256 }],
        tables: [table],
        sequences: [{ sequence: 'custody_event_sequence_seq', value: 3 }],
        jobs: [{ name: 'deliver', data: { messageId: 'message_1' }, onceKey: null }],
        files: [
          {
            path: 'lake/a.parquet',
            part: 'node',
            file: 'files/1',
            sizeBytes: 1,
            sha256: SHA256,
            modifiedMs: 1,
          },
        ],
        custody: { sequence: 3, size: 3, checkpoint: notes[0] },
      }),
    },
    'archive-label': {
      one: JSON.stringify({
        format: ARCHIVE_FORMAT,
        agencyId: 'dk',
        key: SHA256.slice(0, 16),
        begunAt: AT,
        from: AT,
        startPosition: 33_554_472,
        stopPosition: 33_554_976,
        timeline: 1,
        systemId: '7300000000000000001',
      } satisfies Label),
    },
    'erasure-journal': {
      one: signedJournal(
        {
          format: 'icarus-erasures/1',
          agencyId: 'dk',
          at: AT,
          erasures: [],
          messages: [{ messageId: 'message_1', requestId: 'message_2' }],
          leaves: [SHA256],
          holds: [],
          decisions: [],
        } as unknown as Parameters<typeof signedJournal>[0],
        LOG,
      ),
    },
    'riding-lines': {
      one: JSON.stringify(riding),
      replacement: JSON.stringify({
        Version: '2',
        Replaces: `message_1 ${DIGITS}${DIGITS}`,
        'Replaced-Because': RECALL_REASONS[0],
      }),
    },
    'officers-word': {
      one: JSON.stringify({
        format: STATEMENT_FORMAT,
        agency: 'dk',
        officer: 'officer_1',
        operation: null,
        word: 'approve',
        things: [{ kind: 'package', id: 'package_1', digest: SHA256 }],
        at: AT,
        nonce: 'abc',
      }),
    },
    identities: {
      one: `# created\nAGE-SECRET-KEY-1${'Q'.repeat(58)}\n`,
    },
    'json-body': { one: '{"a":[1,2.5,{"b":"\\u00e9\\n"}],"c":null,"d":true}', text: '"x"' },
    'peer-answer': { one: '{"messageId":"message_1","sha256":"00"}' },
    'operation-file': { one: `${JSON.stringify(drawn(OperationDocument))}\n` },
    'eurojust-file': { one: `${JSON.stringify(drawn(DraftBody))}\n` },
    'suspects-file': { one: `${JSON.stringify(drawn(SendSelectorsBody.properties.suspects))}\n` },
    'ranking-weights': { one: `${JSON.stringify(drawn(RankingWeights))}\n` },
    settings: {
      one: JSON.stringify({
        dataDir: '/tmp/x',
        logLevel: 'debug',
        statusPort: '4712',
        clockToleranceMinutes: '5',
      }),
    },
  };
}
