/**
 * Configuration: one JSON file, then the environment over it. Every name carries its unit;
 * `icarus config` prints what is in force and where it came from, secrets hidden.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import {
  ageRecipients,
  bucketUrl,
  claimValues,
  folders,
  hideSecret,
  httpOrigin,
  issuer,
  models,
  networks,
  oneOf,
  type Parse,
  pagesOrigin,
  postgresUrl,
  whole,
} from './config-values.ts';
import type { LogLevel } from './log.ts';
import { UNPACK_LIMITS, UNPACK_WINDOW_BYTES } from './unpacking.ts';

/**
 * `required`: the node opens only where this machine shows that all it keeps is encrypted. `elsewhere`: the agency answers
 * for it. `unchecked`: it is shown, and nothing is refused.
 */
export const DISK_RULES = ['unchecked', 'required', 'elsewhere'] as const;
export type DiskRule = (typeof DISK_RULES)[number];

export interface Config {
  /** Folder of all that is kept outside the database. Default `data` in the working folder. */
  readonly dataDir: string;
  /**
   * Folder for what is needed only while work runs; best on a disk of this machine where the data directory is
   * on a shared one. null = `temporary` in the data directory.
   */
  readonly temporaryDir: string | null;
  /** PostgreSQL of the node, with the login of the running node; null = the embedded one in the data directory. */
  readonly databaseUrl: string | null;
  /** The same with the login of its owner, for changes of the schema, backups and restores; null = not told here. */
  readonly databaseOwnerUrl: string | null;
  /** Address to listen on. Default 127.0.0.1. */
  readonly httpHost: string;
  /** Port to listen on; 0 = any free one. Default 4711. */
  readonly httpPort: number;
  /** Address on which other nodes reach this one by TLS. Default 0.0.0.0. */
  readonly exchangeHost: string;
  /** Port for other nodes; 0 = any free one; null = none of its own, a proxy passes them on to the pages' port. */
  readonly exchangePort: number | null;
  /** PEM file of the key shown in TLS to other nodes; null = the one that the node makes. */
  readonly tlsKeyFile: string | null;
  /** PEM file of its certificate. */
  readonly tlsCertificateFile: string | null;
  /** PEM file of the key that the pages show in TLS; needed where they listen on more than the loopback address. */
  readonly pagesTlsKeyFile: string | null;
  /** PEM file of its certificate, with its issuers behind it. Read anew when it changes. */
  readonly pagesTlsCertificateFile: string | null;
  /** Where browsers see the pages, `https://icarus.example.mt`; null = `localhost` and the port. */
  readonly pagesOrigin: string | null;
  /** Addresses or networks of the proxies before the pages, with commas; what others say of who asks counts nothing. */
  readonly trustedProxies: readonly string[];
  /** Networks beside the public one that this node connects to, with commas: those of a closed network. Default none. */
  readonly outgoingNetworks: readonly string[];
  /** A session that is not used for so long ends. Default 30. */
  readonly sessionIdleMinutes: number;
  /** A session ends after so long, used or not. Default 12. */
  readonly sessionHours: number;
  /** How long an operation that was opened at once, for imminent risk, stays open. Default 60. */
  readonly emergencyMinutes: number;
  /** Models (AAGUID) of the authenticators that officers may enrol, with commas; default: any. */
  readonly passkeyModels: readonly string[];
  /** The agency's OpenID Connect provider, exactly as its tokens name it; null = passkeys only. */
  readonly oidcIssuer: string | null;
  /** Default icarus. */
  readonly oidcClientId: string;
  /** Null for a public client. */
  readonly oidcClientSecret: string | null;
  /** Classes of authentication (`acr`) of which the provider must name one, with commas; default: whatever it takes. */
  readonly oidcAcr: readonly string[];
  /** Methods of authentication (`amr`) of which it must name each, with commas; default: whatever it takes. */
  readonly oidcAmr: readonly string[];
  /** Default info. */
  readonly logLevel: LogLevel;
  /** Largest message taken over HTTP. Default 64 GiB. */
  readonly messageLimitBytes: number;
  /** Longest time a peer may stay silent while a message is sent. Default 60 000. */
  readonly deliveryTimeoutMs: number;
  /** Most bytes that a compressed log or table may unpack to. Default 1 TiB. */
  readonly unpackedLimitBytes: number;
  /** Most bytes that a compressed byte of it may stand for. Default 250. */
  readonly unpackedTimes: number;
  /** Most memory of one DuckDB query. Default 1 GiB. */
  readonly queryMemoryBytes: number;
  /** Folders on other disks or machines with copies of the register of backup keys, with commas; default none. */
  readonly backupRegister: readonly string[];
  /** No encrypted backup is readable for longer. Default 35. */
  readonly backupKeepDays: number;
  /** Folder on another disk or machine for an archive that the node can be brought back from to any moment; null = none. */
  readonly archiveDir: string | null;
  /** age recipients that can restore from it, with the register; with commas. */
  readonly archiveRecipients: readonly string[];
  /** Most that is lost with the node's disk. Default 60. */
  readonly archiveSeconds: number;
  /** S3-compatible storage that workers without the data directory share, `s3://bucket/prefix`; null = none. */
  readonly lakeUrl: string | null;
  /** Where that storage answers, `https://s3.example.mt`; null = AWS in the region. */
  readonly s3Endpoint: string | null;
  /** PEM file of the authority that vouches for that storage, instead of the machine's own list; null = the latter. */
  readonly s3CaFile: string | null;
  /** Default us-east-1, which storage of one's own mostly takes. */
  readonly s3Region: string;
  readonly s3KeyId: string | null;
  readonly s3Secret: string | null;
  /** Folder with DuckDB's extensions for the storage, of DuckDB's own version; nothing is downloaded. */
  readonly duckdbExtensions: string | null;
  /** Socket of the ssh-agent that holds the signing key, where the node's key is in one; null = SSH_AUTH_SOCK. */
  readonly signingAgent: string | null;
  /** Longest time that an agent may take to sign; a person may have to touch a token. Default 60 000. */
  readonly signingTimeoutMs: number;
  /** Below this much free space nothing new is taken in. Default 1 GiB. */
  readonly diskReserveBytes: number;
  /** Must what the node keeps lie on encrypted disks? Default: it is shown, and not asked for. */
  readonly diskEncryption: DiskRule;
  /** Port of the loopback address for /health, /ready and /metrics; 0 = any free one; null = none. */
  readonly statusPort: number | null;
  /** How far this node's clock may be from the database's and from partners'. Default 5. */
  readonly clockToleranceMinutes: number;
  /** File with the passphrase of the node's keys; null = `icarus-passphrase` of systemd's credentials, if there. */
  readonly passphraseFile: string | null;
  /** Descriptor that the process was started with and that gives the passphrase; null = none. */
  readonly passphraseFd: number | null;
}

export interface ConfigEntry {
  readonly name: keyof Config;
  readonly value: string;
  readonly source: 'default' | 'file' | 'environment';
}

interface Setting<T> {
  readonly variable: string;
  readonly fallback: T;
  readonly parse: Parse<T>;
  readonly secret?: true;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

const SETTINGS: { readonly [Name in keyof Config]: Setting<Config[Name]> } = {
  dataDir: { variable: 'ICARUS_DATA_DIR', fallback: 'data', parse: (text) => text },
  temporaryDir: { variable: 'ICARUS_TEMPORARY_DIR', fallback: null, parse: (text) => resolve(text) },
  databaseUrl: { variable: 'DATABASE_URL', fallback: null, parse: postgresUrl, secret: true },
  databaseOwnerUrl: {
    variable: 'ICARUS_DATABASE_OWNER_URL',
    fallback: null,
    parse: postgresUrl,
    secret: true,
  },
  httpHost: { variable: 'ICARUS_HTTP_HOST', fallback: '127.0.0.1', parse: (text) => text },
  httpPort: { variable: 'ICARUS_HTTP_PORT', fallback: 4711, parse: whole(0, 65_535) },
  exchangeHost: { variable: 'ICARUS_EXCHANGE_HOST', fallback: '0.0.0.0', parse: (text) => text },
  exchangePort: { variable: 'ICARUS_EXCHANGE_PORT', fallback: null, parse: whole(0, 65_535) },
  tlsKeyFile: { variable: 'ICARUS_TLS_KEY', fallback: null, parse: (text) => resolve(text) },
  tlsCertificateFile: {
    variable: 'ICARUS_TLS_CERTIFICATE',
    fallback: null,
    parse: (text) => resolve(text),
  },
  pagesTlsKeyFile: { variable: 'ICARUS_PAGES_TLS_KEY', fallback: null, parse: (text) => resolve(text) },
  pagesTlsCertificateFile: {
    variable: 'ICARUS_PAGES_TLS_CERTIFICATE',
    fallback: null,
    parse: (text) => resolve(text),
  },
  pagesOrigin: { variable: 'ICARUS_PAGES_ORIGIN', fallback: null, parse: pagesOrigin },
  trustedProxies: { variable: 'ICARUS_TRUSTED_PROXIES', fallback: [], parse: networks },
  outgoingNetworks: { variable: 'ICARUS_OUTGOING_NETWORKS', fallback: [], parse: networks },
  sessionIdleMinutes: { variable: 'ICARUS_SESSION_IDLE_MINUTES', fallback: 30, parse: whole(1, 720) },
  sessionHours: { variable: 'ICARUS_SESSION_HOURS', fallback: 12, parse: whole(1, 24) },
  emergencyMinutes: { variable: 'ICARUS_EMERGENCY_MINUTES', fallback: 60, parse: whole(5, 240) },
  passkeyModels: { variable: 'ICARUS_PASSKEY_MODELS', fallback: [], parse: models },
  oidcIssuer: { variable: 'ICARUS_OIDC_ISSUER', fallback: null, parse: issuer },
  oidcClientId: { variable: 'ICARUS_OIDC_CLIENT_ID', fallback: 'icarus', parse: (text) => text },
  oidcClientSecret: {
    variable: 'ICARUS_OIDC_CLIENT_SECRET',
    fallback: null,
    parse: (text) => text,
    secret: true,
  },
  oidcAcr: { variable: 'ICARUS_OIDC_ACR', fallback: [], parse: claimValues },
  oidcAmr: { variable: 'ICARUS_OIDC_AMR', fallback: [], parse: claimValues },
  logLevel: { variable: 'ICARUS_LOG_LEVEL', fallback: 'info', parse: oneOf(LEVELS) },
  messageLimitBytes: {
    variable: 'ICARUS_MESSAGE_LIMIT_BYTES',
    fallback: 64 * 1024 ** 3,
    parse: whole(1, Number.MAX_SAFE_INTEGER),
  },
  deliveryTimeoutMs: {
    variable: 'ICARUS_DELIVERY_TIMEOUT_MS',
    fallback: 60_000,
    parse: whole(100, 3_600_000),
  },
  unpackedLimitBytes: {
    variable: 'ICARUS_UNPACKED_LIMIT_BYTES',
    fallback: UNPACK_LIMITS.mostBytes,
    parse: whole(UNPACK_WINDOW_BYTES, Number.MAX_SAFE_INTEGER),
  },
  unpackedTimes: {
    variable: 'ICARUS_UNPACKED_TIMES',
    fallback: UNPACK_LIMITS.mostTimes,
    parse: whole(2, 100_000),
  },
  queryMemoryBytes: {
    variable: 'ICARUS_QUERY_MEMORY_BYTES',
    fallback: 1024 ** 3,
    parse: whole(64 * 1024 ** 2, 1024 ** 4),
  },
  backupRegister: { variable: 'ICARUS_BACKUP_REGISTER', fallback: [], parse: folders },
  backupKeepDays: { variable: 'ICARUS_BACKUP_KEEP_DAYS', fallback: 35, parse: whole(8, 3660) },
  archiveDir: { variable: 'ICARUS_ARCHIVE', fallback: null, parse: (text) => resolve(text) },
  archiveRecipients: { variable: 'ICARUS_ARCHIVE_RECIPIENT', fallback: [], parse: ageRecipients },
  archiveSeconds: { variable: 'ICARUS_ARCHIVE_SECONDS', fallback: 60, parse: whole(1, 3600) },
  lakeUrl: { variable: 'ICARUS_LAKE_URL', fallback: null, parse: bucketUrl },
  s3Endpoint: { variable: 'ICARUS_S3_ENDPOINT', fallback: null, parse: httpOrigin },
  s3CaFile: { variable: 'ICARUS_S3_CA', fallback: null, parse: (text) => resolve(text) },
  s3Region: { variable: 'ICARUS_S3_REGION', fallback: 'us-east-1', parse: (text) => text },
  s3KeyId: { variable: 'ICARUS_S3_KEY_ID', fallback: null, parse: (text) => text },
  s3Secret: { variable: 'ICARUS_S3_SECRET', fallback: null, parse: (text) => text, secret: true },
  duckdbExtensions: {
    variable: 'ICARUS_DUCKDB_EXTENSIONS',
    fallback: null,
    parse: (text) => resolve(text),
  },
  signingAgent: { variable: 'ICARUS_SIGNING_AGENT', fallback: null, parse: (text) => resolve(text) },
  signingTimeoutMs: { variable: 'ICARUS_SIGNING_TIMEOUT_MS', fallback: 60_000, parse: whole(100, 600_000) },
  diskReserveBytes: {
    variable: 'ICARUS_DISK_RESERVE_BYTES',
    fallback: 1024 ** 3,
    parse: whole(64 * 1024 ** 2, 1024 ** 4),
  },
  diskEncryption: {
    variable: 'ICARUS_DISK_ENCRYPTION',
    fallback: 'unchecked',
    parse: oneOf(DISK_RULES),
  },
  statusPort: { variable: 'ICARUS_STATUS_PORT', fallback: null, parse: whole(0, 65_535) },
  clockToleranceMinutes: { variable: 'ICARUS_CLOCK_TOLERANCE_MINUTES', fallback: 5, parse: whole(1, 60) },
  passphraseFile: { variable: 'ICARUS_PASSPHRASE_FILE', fallback: null, parse: (text) => resolve(text) },
  passphraseFd: { variable: 'ICARUS_PASSPHRASE_FD', fallback: null, parse: whole(3, 1023) },
};

export interface ConfigSources {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Path of the file. Default: ICARUS_CONFIG, else `icarus.json` in the working folder where it exists. */
  readonly file?: string;
}

/** Reads the configuration; refuses an unknown name, a value out of range, and an environment that takes checks away. */
export function readConfig(sources: ConfigSources = {}): { config: Config; entries: ConfigEntry[] } {
  const environment = sources.environment ?? process.env;
  if (environment['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') throw new IcarusError('config/tls-unchecked');
  const file =
    sources.file ?? environment['ICARUS_CONFIG'] ?? (existsSync('icarus.json') ? 'icarus.json' : undefined);
  const fromFile = file === undefined ? {} : readFile(file);
  const entries: ConfigEntry[] = [];
  const values = Object.entries(SETTINGS).map(([name, setting]: [string, Setting<Config[keyof Config]>]) => {
    const fromEnvironment = environment[setting.variable];
    const source = fromEnvironment !== undefined ? 'environment' : name in fromFile ? 'file' : 'default';
    const text = fromEnvironment ?? fromFile[name];
    const value =
      text === undefined
        ? setting.fallback
        : parsed(name, text, { setting, source: file ?? setting.variable });
    entries.push({
      name: name as keyof Config,
      value: setting.secret && value !== null ? hideSecret(String(value)) : String(value),
      source,
    });
    return [name, value];
  });
  const config = Object.fromEntries(values) as Config;
  return { config: { ...config, dataDir: resolve(config.dataDir) }, entries };
}

function parsed<T>(name: string, text: string, from: { setting: Setting<T>; source: string }): T {
  try {
    return from.setting.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unreadable';
    throw new IcarusError('config/invalid', {
      name: `${name} (${from.setting.variable})`,
      reason,
      source: from.source,
    });
  }
}

function readFile(path: string): Record<string, string> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new IcarusError('config/file-unreadable', { path, reason: 'it is missing or not JSON' }, { cause });
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new IcarusError('config/file-unreadable', { path, reason: 'it must hold one JSON object' });
  }
  for (const name of Object.keys(content)) {
    if (!Object.hasOwn(SETTINGS, name)) {
      throw new IcarusError('config/invalid', { name, reason: 'no such setting exists', source: path });
    }
  }
  return Object.fromEntries(Object.entries(content).map(([name, value]) => [name, String(value)]));
}
