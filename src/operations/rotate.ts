/**
 * New keys of this node, in steps that a crash may part: the files first, then the card that states them,
 * then the change of the file that signs. Whatever stands, the node works: the old key signs until the new
 * one takes its place, and old identities are kept, so that what was sealed to them still opens.
 */
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '#access/policy.ts';
import { HOUR_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { NodeContext, NodePaths } from '#platform/context.ts';
import { stagingFile } from '#platform/staging-folder.ts';
import { generateAgeIdentity } from '#seal/age-keys.ts';
import { type AgencyCard, plainPublicKey, type SigningKey } from '#seal/card.ts';
import { generateSigningKey, type Signer, signerFrom } from '#seal/keys.ts';
import { fingerprint, publicKeyBlob, sameKey } from '#seal/public-key.ts';
import {
  type KeyFolder,
  keyFolderOf,
  moveSecret,
  readSecret,
  removeSecret,
  writeSecret,
} from './key-folder.ts';
import { AGE_IDENTITIES_FILE, AGENT_KEY_FILE, SIGNING_KEY_FILE } from './node.ts';
import { type CardChange, renewOwnCard } from './own-card.ts';

/** Long enough for every process of the node, and for a node that is down, to take the new key. */
export const DEFAULT_OVERLAP_HOURS = 24;

const NEXT_KEY_FILE = `${SIGNING_KEY_FILE}.next`;
const NEXT_AGENT_KEY_FILE = `${AGENT_KEY_FILE}.next`;

type KeysContext = Pick<NodeContext, 'paths' | 'keys'>;

export interface NewKeys {
  readonly signing: boolean;
  readonly encryption: boolean;
  /** The new signing key, where an agent holds it: type, base64, comment. Default: made, in a file. */
  readonly agentKey?: string;
}

/** New keys in their files, which no card states yet. */
export interface PreparedKeys {
  readonly publicKey: string | null;
  /** Signs with the new key, where it is in a file. */
  readonly signer: Signer | null;
  readonly recipient: string | null;
}

/**
 * Writes the new keys beside the old ones. What an attempt before left unstated is written over.
 * @throws seal/key-unreadable where the agent's key is none; then nothing is written
 */
export async function prepareKeys(ctx: NodeContext, wanted: NewKeys): Promise<PreparedKeys> {
  if (wanted.agentKey !== undefined) publicKeyBlob(wanted.agentKey.trim());
  const folder = keyFolderOf(ctx);
  const recipient = wanted.encryption ? await addIdentity(folder) : null;
  if (!wanted.signing) return { publicKey: null, signer: null, recipient };
  await dropNext(folder);
  if (wanted.agentKey !== undefined) {
    await put(join(folder.path, NEXT_AGENT_KEY_FILE), `${wanted.agentKey.trim()}\n`);
    return { publicKey: wanted.agentKey.trim(), signer: null, recipient };
  }
  const day = ctx.clock.now().toISOString().slice(0, 10);
  const { privateKey } = generateSigningKey(`${ctx.node.agencyId} signing ${day}`);
  await writeSecret(folder, NEXT_KEY_FILE, privateKey);
  const signer = signerFrom(privateKey);
  return { publicKey: signer.publicKey, signer, recipient };
}

/** The newest first: `recipientOf` the first is what the card states. */
async function addIdentity(folder: KeyFolder): Promise<string> {
  const { identity, recipient } = await generateAgeIdentity();
  const before = readSecret(folder, AGE_IDENTITIES_FILE) ?? '';
  await writeSecret(folder, AGE_IDENTITIES_FILE, `# public key: ${recipient}\n${identity}\n${before}`);
  return recipient;
}

async function put(path: string, text: string): Promise<void> {
  const file = await stagingFile(path);
  await file.write(Buffer.from(text, 'utf8'));
  await file.commit();
}

export interface Stating {
  readonly actor: Actor;
  readonly prepared: PreparedKeys;
  /** Hours for which the old key still signs; what it signs after is refused everywhere. */
  readonly overlapHours: number;
}

/**
 * Issues the card that states the new keys, signed by the old one, which ends after the overlap. From now
 * on partners who have the card seal to the new recipient.
 */
export async function statePrepared(ctx: NodeContext, { actor, prepared, overlapHours }: Stating) {
  const now = ctx.clock.now();
  const end = new Date(now.getTime() + Math.max(1, overlapHours * HOUR_MS)).toISOString();
  return renewOwnCard(ctx, actor, (card) => ({
    ...(prepared.recipient !== null && { ageRecipients: [prepared.recipient] }),
    ...(prepared.publicKey !== null && {
      signingKeys: [
        newKey(prepared.publicKey, now),
        ...card.signingKeys.map((key) => ({
          ...key,
          validBefore: key.validBefore !== null && key.validBefore < end ? key.validBefore : end,
        })),
      ].slice(0, MOST_KEYS),
    }),
  }));
}

/** As many as a card holds. */
const MOST_KEYS = 32;

function newKey(publicKey: string, at: Date): SigningKey {
  return {
    publicKey: plainPublicKey(publicKey),
    validAfter: at.toISOString(),
    validBefore: null,
    revokedAt: null,
  };
}

export interface RevocationOfKey {
  /** `SHA256:…` */
  readonly revoked: string;
  readonly reason: string;
}

/**
 * Issues a card on which one of this node's keys is revoked from now on. Where it is the key that signs now,
 * the new one signs the card: partners cannot believe that by itself, and compare it by another way.
 *
 * @param stating `prepared`: a new key, where the one that signs now is revoked; `reason`: for the log
 * @throws agency/no-such-key
 */
export async function stateRevoked(
  ctx: NodeContext,
  stating: RevocationOfKey & { actor: Actor; prepared: PreparedKeys | null },
): Promise<string> {
  const { actor, revoked, reason, prepared } = stating;
  const now = ctx.clock.now();
  const signer = prepared?.signer ?? ctx.keys.signer;
  const keys = { signer, identities: ctx.keys.identities, log: ctx.keys.log, lock: ctx.keys.lock };
  const change = (card: AgencyCard): CardChange => {
    requireKey(card, revoked);
    const before = card.signingKeys.map((key) =>
      fingerprint(key.publicKey) === revoked && key.revokedAt === null
        ? { ...key, revokedAt: now.toISOString() }
        : key,
    );
    const added = prepared?.publicKey ? [newKey(prepared.publicKey, now)] : [];
    return {
      signingKeys: [...added, ...before].slice(0, MOST_KEYS),
      ...(prepared?.recipient && { ageRecipients: [prepared.recipient] }),
    };
  };
  return renewOwnCard({ ...ctx, keys }, actor, change, { revoked, reason });
}

export function requireKey(card: AgencyCard, wanted: string): SigningKey {
  const key = card.signingKeys.find(({ publicKey }) => fingerprint(publicKey) === wanted);
  if (!key) throw new IcarusError('agency/no-such-key', { fingerprint: wanted });
  return key;
}

/** Lets the prepared key sign from now on, in every process of the node. */
export async function promoteKeys(ctx: KeysContext): Promise<void> {
  const folder = keyFolderOf(ctx);
  const [agentKey, nextAgentKey] = [AGENT_KEY_FILE, NEXT_AGENT_KEY_FILE].map((name) =>
    join(folder.path, name),
  );
  if (agentKey && nextAgentKey && (await textOf(nextAgentKey)) !== undefined) {
    await removeSecret(folder, SIGNING_KEY_FILE);
    await rename(nextAgentKey, agentKey);
  }
  if (agentKey && readSecret(folder, NEXT_KEY_FILE) !== undefined) {
    await moveSecret(folder, NEXT_KEY_FILE, SIGNING_KEY_FILE);
    await rm(agentKey, { force: true });
  }
}

/**
 * What an attempt left that was cut off.
 * @returns `stated`: the card has the new key, which does not sign yet; `unstated`: it was removed, nothing had come of it
 */
export async function leftOfRotation(
  ctx: KeysContext,
  card: AgencyCard,
): Promise<'stated' | 'unstated' | 'nothing'> {
  const folder = keyFolderOf(ctx);
  const inFile = readSecret(folder, NEXT_KEY_FILE);
  const inAgent = await textOf(join(folder.path, NEXT_AGENT_KEY_FILE));
  const next = inAgent ?? (inFile && signerFrom(inFile).publicKey);
  if (next === undefined) return 'nothing';
  if (card.signingKeys.some(({ publicKey }) => sameKey(publicKey, next.trim()))) return 'stated';
  await dropNext(folder);
  return 'unstated';
}

/** Does an ssh-agent hold the key that signs? */
export async function signsFromAgent({ keys: folder }: Pick<NodePaths, 'keys'>): Promise<boolean> {
  return (await textOf(join(folder, AGENT_KEY_FILE))) !== undefined;
}

async function dropNext(folder: KeyFolder): Promise<void> {
  await removeSecret(folder, NEXT_KEY_FILE);
  await rm(join(folder.path, NEXT_AGENT_KEY_FILE), { force: true });
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
