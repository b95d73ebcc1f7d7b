/**
 * Setting up a node. Keys are written first, each by a rename, and the database row last: a crash
 * between leaves keys without a node, and the next attempt goes on with them. A node that is set up
 * is never set up again.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { generateLogKey, logSignerFrom } from '#custody/log-key.ts';
import { recordEvent } from '#custody/record.ts';
import { type NodeIdentity, type NodeKeys, type NodePaths, nodePaths } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { agentSigner, type SshAgent, sshAgentOf } from '#platform/ssh-agent.ts';
import { stagingFile } from '#platform/staging-folder.ts';
import { generateAgeIdentity, recipientOf } from '#seal/age-keys.ts';
import { type AgencyCard, CARD_FORMAT, cardFingerprints, plainPublicKey, writeCard } from '#seal/card.ts';
import { generateSigningKey, type Signer, signerFrom } from '#seal/keys.ts';
import type { CardFingerprints } from './cards.ts';
import { type KeyFolder, readSecret, secretPath } from './key-folder.ts';
import { liveKeys } from './live-keys.ts';
import { ownAgency, upsertAgency } from './store.ts';

export const SIGNING_KEY_FILE = 'signing-key';
/** Stands instead of the other where the key itself is in an agent or on a token. */
export const AGENT_KEY_FILE = 'signing-key.pub';
export const AGE_IDENTITIES_FILE = 'age-identities.txt';
const LOG_KEY_FILE = 'log-key';
/** What a passphrase protects. The key for TLS opens and signs nothing, and is read before anybody could be asked. */
export const SECRET_FILES = [
  SIGNING_KEY_FILE,
  `${SIGNING_KEY_FILE}.next`,
  AGE_IDENTITIES_FILE,
  LOG_KEY_FILE,
] as const;

export interface NodeSetup {
  /** The node's folder; created where missing. */
  readonly home: string;
  /** The node's connection string to its migrated, empty database. */
  readonly databaseUrl: string;
  readonly identity: NodeIdentity;
  readonly clock: Clock;
  /** Base address of the installation, `https://icarus.example.mt`, or null when it is reached by file only. */
  readonly address: string | null;
  /** A node of an exercise believes the command line who acts; the log says so from its first event. */
  readonly exercise?: true;
  /** The key that signs for the node, where an ssh-agent holds it; otherwise one is made, in a file. */
  readonly agentKey?: { readonly agent: SshAgent; readonly publicKey: string };
}

export interface NewNode {
  /** The signed card, as it is handed to partners. */
  readonly card: string;
  readonly fingerprints: CardFingerprints;
}

/**
 * Makes a node: its keys, its card and its row in the database.
 * @throws node/exists where one is set up in this database; signing/… where an agent is to sign its card and does not
 */
export async function initNode(setup: NodeSetup): Promise<NewNode> {
  const paths = await nodePaths(setup.home);
  const db = openDatabase({ url: setup.databaseUrl, poolSize: 1 });
  try {
    if (await ownAgency(db)) throw new IcarusError('node/exists', { path: setup.home });
    const { identity, clock } = setup;
    const at = clock.now();
    const keys = await makeKeys(
      paths,
      setup,
      `${identity.agencyId} signing ${at.toISOString().slice(0, 10)}`,
    );
    const card: AgencyCard = {
      format: CARD_FORMAT,
      ...identity,
      address: setup.address,
      signingKeys: [
        {
          publicKey: plainPublicKey(keys.signer.publicKey),
          validAfter: at.toISOString(),
          validBefore: null,
          revokedAt: null,
        },
      ],
      ageRecipients: await Promise.all(keys.identities.map(recipientOf)),
      issuedAt: at.toISOString(),
      logKey: keys.log.verifierKey,
    };
    const text = await writeCard(card, keys.signer);
    const fingerprints = cardFingerprints(card);
    await db.transaction().execute(async (tx) => {
      await upsertAgency(tx, { ...identity, own: true, card: text, addedAt: at });
      await recordEvent(tx, {
        at,
        kind: 'node.set-up',
        actor: 'system:init',
        subject: { kind: 'agency', id: identity.agencyId },
        facts: {
          signingKeys: fingerprints.signingKeys,
          ageRecipients: fingerprints.ageRecipients,
          logKey: keys.log.verifierKey,
          exercise: setup.exercise,
        },
      });
    });
    return { card: text, fingerprints };
  } finally {
    await db.destroy();
  }
}

/**
 * The node's secret keys. A signing key in an agent is only named here: it is asked for when something is
 * to be signed.
 *
 * @param agent holds the signing key where it is in no file
 * @param lock opens the files, where a passphrase protects them
 * @throws node/missing where there are none; seal/key-unreadable, seal/key-needs-agent, custody/key-unreadable,
 *   keys/damaged
 */
export async function loadNodeKeys(
  paths: Pick<NodePaths, 'home' | 'keys'>,
  agent: SshAgent = sshAgentOf({}),
  lock?: string,
): Promise<NodeKeys> {
  const folder: KeyFolder = { path: paths.keys, lock };
  const secrets = [SIGNING_KEY_FILE, AGE_IDENTITIES_FILE].map((name) => secretPath(folder, name));
  return liveKeys([...secrets, join(paths.keys, AGENT_KEY_FILE)], () => readNodeKeys(paths, agent, folder));
}

/** Names of the key files that are not there. */
export async function missingKeys({ keys }: Pick<NodePaths, 'keys'>): Promise<string[]> {
  const names = new Set((await readdir(keys)).map((name) => name.replace(/\.age$/, '')));
  const signs = names.has(SIGNING_KEY_FILE) || names.has(AGENT_KEY_FILE);
  return [
    ...(signs ? [] : [SIGNING_KEY_FILE]),
    ...[AGE_IDENTITIES_FILE, LOG_KEY_FILE].filter((name) => !names.has(name)),
  ];
}

function readNodeKeys(paths: Pick<NodePaths, 'home' | 'keys'>, agent: SshAgent, folder: KeyFolder): NodeKeys {
  const [signingKey, identities, logKey] = [SIGNING_KEY_FILE, AGE_IDENTITIES_FILE, LOG_KEY_FILE].map((name) =>
    readSecret(folder, name),
  );
  const agentKey = textNow(join(paths.keys, AGENT_KEY_FILE));
  if (identities === undefined || logKey === undefined)
    throw new IcarusError('node/missing', { path: paths.home });
  return {
    signer: signerOf({ signingKey, agentKey, agent }) ?? missing(paths),
    identities: identities.split('\n').filter((line) => line.startsWith('AGE-SECRET-KEY-')),
    log: logSignerFrom(logKey),
    lock: folder.lock,
  };
}

function signerOf(from: {
  signingKey: string | undefined;
  agentKey: string | undefined;
  agent: SshAgent;
}): Signer | undefined {
  if (from.signingKey !== undefined) return signerFrom(from.signingKey);
  return from.agentKey === undefined ? undefined : agentSigner(from.agent, from.agentKey.trim());
}

function missing(paths: Pick<NodePaths, 'home'>): never {
  throw new IcarusError('node/missing', { path: paths.home });
}

/** Makes the key of the custody log for a node that has its other keys, in clear, from before there was one. */
export async function addLogKey(paths: Pick<NodePaths, 'keys'>, agencyId: AgencyId): Promise<void> {
  if ((await textOfFile(join(paths.keys, AGE_IDENTITIES_FILE))) === undefined) return;
  await writeOnce(join(paths.keys, LOG_KEY_FILE), async () => generateLogKey(agencyId));
}

/** Writes the keys that are not there yet; a whole key left by a broken attempt is kept. */
async function makeKeys(
  paths: NodePaths,
  { agentKey, identity }: Pick<NodeSetup, 'agentKey' | 'identity'>,
  comment: string,
): Promise<NodeKeys> {
  await removePartials(paths.keys);
  const keyFile = join(paths.keys, SIGNING_KEY_FILE);
  if (agentKey === undefined) {
    await writeOnce(keyFile, async () => generateSigningKey(comment).privateKey);
  } else {
    if ((await textOfFile(keyFile)) !== undefined)
      throw new IcarusError('signing/key-file-there', { path: keyFile });
    // Nothing secret: a broken attempt's choice gives way to this one.
    await rm(join(paths.keys, AGENT_KEY_FILE), { force: true });
    await writeOnce(join(paths.keys, AGENT_KEY_FILE), async () => `${agentKey.publicKey}\n`);
  }
  await writeOnce(join(paths.keys, AGE_IDENTITIES_FILE), async () => {
    const { identity, recipient } = await generateAgeIdentity();
    return `# public key: ${recipient}\n${identity}\n`;
  });
  await addLogKey(paths, identity.agencyId);
  return loadNodeKeys(paths, agentKey?.agent);
}

async function removePartials(folder: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names.filter((entry) => entry.includes('.partial-')))
    await rm(join(folder, name), { force: true });
}

async function writeOnce(path: string, content: () => Promise<string>): Promise<void> {
  if ((await textOfFile(path)) !== undefined) return;
  const file = await stagingFile(path);
  await file.write(Buffer.from(await content(), 'utf8'));
  await file.commit();
}

function textNow(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

async function textOfFile(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
