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
import { fingerprint, sameKey } from '#seal/public-key.ts';
import { AGE_IDENTITIES_FILE, AGENT_KEY_FILE, SIGNING_KEY_FILE } from './node.ts';
import { type CardChange, renewOwnCard } from './own-card.ts';

/** Long enough for every process of the node, and for a node that is down, to take the new key. */
export const DEFAULT_OVERLAP_HOURS = 24;

const NEXT_KEY_FILE = `${SIGNING_KEY_FILE}.next`;
const NEXT_AGENT_KEY_FILE = `${AGENT_KEY_FILE}.next`;

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

/** Writes the new keys beside the old ones. What an attempt before left unstated is written over. */
export async function prepareKeys(ctx: NodeContext, wanted: NewKeys): Promise<PreparedKeys> {
  const { keys: folder } = ctx.paths;
  const recipient = wanted.encryption ? await addIdentity(folder) : null;
  if (!wanted.signing) return { publicKey: null, signer: null, recipient };
  await dropNext(folder);
  if (wanted.agentKey !== undefined) {
    await put(join(folder, NEXT_AGENT_KEY_FILE), `${wanted.agentKey.trim()}\n`);
    return { publicKey: wanted.agentKey.trim(), signer: null, recipient };
  }
  const day = ctx.clock.now().toISOString().slice(0, 10);
  const { privateKey } = generateSigningKey(`${ctx.node.agencyId} signing ${day}`);
  await put(join(folder, NEXT_KEY_FILE), privateKey);
  const signer = signerFrom(privateKey);
  return { publicKey: signer.publicKey, signer, recipient };
}

/** The newest first: `recipientOf` the first is what the card states. */
async function addIdentity(folder: string): Promise<string> {
  const { identity, recipient } = await generateAgeIdentity();
  const file = join(folder, AGE_IDENTITIES_FILE);
  const before = await readFile(file, 'utf8');
  const next = `${file}.next`;
  await rm(next, { force: true });
  await put(next, `# public key: ${recipient}\n${identity}\n${before}`);
  await rename(next, file);
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
  const keys = { signer, identities: ctx.keys.identities, log: ctx.keys.log };
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
export async function promoteKeys({ keys: folder }: Pick<NodePaths, 'keys'>): Promise<void> {
  const key = join(folder, SIGNING_KEY_FILE);
  if ((await textOf(join(folder, NEXT_AGENT_KEY_FILE))) !== undefined) {
    await rm(key, { force: true });
    await rename(join(folder, NEXT_AGENT_KEY_FILE), join(folder, AGENT_KEY_FILE));
  }
  if ((await textOf(join(folder, NEXT_KEY_FILE))) !== undefined) {
    await rename(join(folder, NEXT_KEY_FILE), key);
    await rm(join(folder, AGENT_KEY_FILE), { force: true });
  }
}

/**
 * What an attempt left that was cut off.
 * @returns `stated`: the card has the new key, which does not sign yet; `unstated`: it was removed, nothing had come of it
 */
export async function leftOfRotation(
  { keys: folder }: Pick<NodePaths, 'keys'>,
  card: AgencyCard,
): Promise<'stated' | 'unstated' | 'nothing'> {
  const inFile = await textOf(join(folder, NEXT_KEY_FILE));
  const next = (await textOf(join(folder, NEXT_AGENT_KEY_FILE))) ?? (inFile && signerFrom(inFile).publicKey);
  if (next === undefined) return 'nothing';
  if (card.signingKeys.some(({ publicKey }) => sameKey(publicKey, next.trim()))) return 'stated';
  await dropNext(folder);
  return 'unstated';
}

/** Does an ssh-agent hold the key that signs? */
export async function signsFromAgent({ keys: folder }: Pick<NodePaths, 'keys'>): Promise<boolean> {
  return (await textOf(join(folder, AGENT_KEY_FILE))) !== undefined;
}

async function dropNext(folder: string): Promise<void> {
  for (const name of [NEXT_KEY_FILE, NEXT_AGENT_KEY_FILE]) await rm(join(folder, name), { force: true });
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
