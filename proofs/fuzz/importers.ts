/**
 * Where a file, or bytes from elsewhere, come into a node, and which parser of the fuzzer stands for each place. A place
 * that is not here fails importers.test.ts: what is new gets a parser, or the reason why it needs none.
 */

/** Names of parsers (targets.ts), or in words why none is needed. */
export type FuzzedBy = readonly [string, ...string[]] | string;

const LOGS = ['log-gnutella', 'log-emule', 'log-bittorrent', 'log-parquet', 'log-container'] as const;
const LISTS = ['hash-list', 'hash-list-vics'] as const;
const ADDRESSES = [
  'snapshot-rir',
  'snapshot-pfx2as',
  'snapshot-iptoasn',
  'snapshot-mmdb',
  'snapshot-csv',
  'snapshot-flags',
] as const;
const PACKAGE = ['package', 'container', 'envelope', 'age-file', 'bag'] as const;
const TEXT = 'text or an attachment that goes into a letter as it is';
const NAMED = 'a folder that is only named: nothing in it is read';

/** Arguments and options of commands that name what is read. What is written (`--out`) is none. */
export const FILES_OF_COMMANDS: Readonly<Record<string, FuzzedBy>> = {
  '--key': ['key-file', 'public-key'],
  'backup make --identity': ['identities'],
  'backup make --register': NAMED,
  'backup make --earlier': ['backup-manifest'],
  'backup check folder': ['backup-manifest', 'age-file'],
  'backup check --identity': ['identities'],
  'backup check --register': ['age-file', 'identities'],
  'backup archive folder': ['archive-label'],
  'backup archive --register': NAMED,
  'backup prune folder': NAMED,
  'backup retire folder': NAMED,
  'restore folder': ['backup-manifest', 'archive-label', 'age-file'],
  'restore --identity': ['identities'],
  'restore --register': ['age-file', 'identities'],
  'restore --erasures': ['erasure-journal'],
  'restore --checkpoint': ['checkpoint', 'note'],
  'agency add file': ['card-file', 'card'],
  'agency rotate --agent-key': ['public-key'],
  'operation create --file': ['operation-file'],
  'observations import file': LOGS,
  'observations import --profile': ['import-profile'],
  'observations preview file': LOGS,
  'observations preview --profile': ['import-profile'],
  'observations profile save file': ['import-profile'],
  'observations profile check file': ['import-profile'],
  'severity load file': ['severity-list'],
  'attribution load files': ADDRESSES,
  'retention load table': ['retention-rules'],
  'targets ranking save file': ['ranking-weights'],
  'package approve --list':
    'the JSON that `icarus package list --json` printed: three texts each, compared with the database',
  'package verify --card': ['card-file'],
  'package open --card': ['card-file'],
  'package open --identity': ['identities'],
  'inbox add files': PACKAGE,
  'message send --text-file': TEXT,
  'message send --attach': TEXT,
  'query send --text-file': TEXT,
  'query send --attach': TEXT,
  'query answer --text-file': TEXT,
  'query answer --attach': TEXT,
  'evidence inventory folder': ['inventory'],
  'hash-list preview file': LISTS,
  'hash-list import file': LISTS,
  'holdings import file': ['holdings'],
  'holdings import --mapping': ['holdings-mapping'],
  'selectors send file': ['suspects-file'],
  'referral prepare items': ['icse-items'],
  'eurojust draft file': ['eurojust-file'],
  'custody verify --bundle': ['custody-bundle', 'checkpoint', 'verifier-key'],
  'custody verify --card': ['card-file'],
  'review rules file': ['review-rules'],
};

/** Rooms' files of routes whose bodies are bytes, a parser for each such route in its order. */
export const FILES_OF_ROUTES: Readonly<Record<string, readonly FuzzedBy[]>> = {
  'correspondence/routes.ts': [TEXT],
  'crossmatch/routes.ts': [['holdings']],
  'evidence/hash-list-routes.ts': [LISTS, LISTS],
  'exchange/peer-routes.ts': [PACKAGE],
  'exchange/routes.ts': [PACKAGE],
  'observations/import/routes.ts': [LOGS],
  'observations/making-routes.ts': [[...ADDRESSES, 'severity-list']],
  'referrals/icse-routes.ts': [['icse-items']],
};

/** Readers that no list of parsers names: those that another runs, and those of what this node wrote itself. */
export const OTHER_READERS: Readonly<Record<string, FuzzedBy>> = {
  '#server/pages-tls.ts readPagesTls': 'PEM of the administrator’s own, read by OpenSSL',
  '#assembly/archive/layout.ts readArchive': ['archive-label'],
  '#assembly/archive/layout.ts readGeneration': ['archive-label'],
  '#assembly/archive/packed.ts readPacked': ['age-file'],
  '#assembly/archive/server-log.ts readLog': 'of the database server itself',
  '#assembly/archive/standing.ts readKnown': 'what this node wrote for itself',
  '#assembly/archive/standing.ts readStanding': 'what this node wrote for itself',
  '#cli/letter-options.ts readWritten': TEXT,
  '#crossmatch/csv.ts readCsv': ['holdings'],
  '#custody/note.ts readSignatureLine': ['note', 'checkpoint'],
  '#custody/store.ts readBlocks': 'of the database',
  '#custody/store.ts readTiles': 'of the database',
  '#evidence/json-items.ts readJsonItems': ['hash-list-vics'],
  '#evidence/read-lines.ts readLines': ['hash-list'],
  '#exchange/call-peer.ts readPart': 'of a message that this node sealed',
  '#observations/address.ts parseAddress': ['holdings'],
  '#observations/attribution/mmdb-value.ts readValue': ['snapshot-mmdb'],
  '#observations/attribution/range-table.ts readInto': ADDRESSES,
  '#observations/attribution/source-file.ts readHead': ADDRESSES,
  '#observations/import/log-head.ts readHead': LOGS,
  '#observations/retention/curve-sql.ts readCurves': 'of tables that this node made',
  '#opener/sealed-file.ts readCards': ['card-file'],
  '#opener/sealed-file.ts readIdentities': ['identities'],
  '#operations/key-folder.ts readSecret': 'of the node’s own keys',
  '#platform/docx-file.ts readZip': 'of documents that this node makes',
  '#platform/migrate.ts readMigrations': 'of the program itself',
  '#platform/recent-files.ts readSmallFile': 'bytes, for others to read',
  '#referrals/documents.ts readOperation': ['operation'],
  '#referrals/item-file.ts readLines': ['icse-items', 'icse-sha1'],
  '#seal/envelope.ts parseJson': ['envelope', 'card-file'],
  '#seal/open.ts readEnvelope': ['package'],
  '#seal/tar.ts readTarContent': ['tar', 'bag'],
};
