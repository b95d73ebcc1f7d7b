/**
 * The key that a node shows in TLS. It is made at the first start that needs it and lies beside the other keys;
 * partners believe it because its pin is on the node's card. To change it, the next key is put on the card
 * first, beside the present one; once partners have that card, the node takes the next key into use.
 */
import { X509Certificate } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '#access/policy.ts';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { NodeContext, NodePaths } from '#platform/context.ts';
import { pinOf, selfSigned, spkiPin, type TlsIdentity } from '#platform/self-signed.ts';
import { stagingFile } from '#platform/staging-folder.ts';
import { renewOwnCard } from './own-card.ts';

const PRESENT = { key: 'tls-key.pem', certificate: 'tls-cert.pem' } as const;
const NEXT = { key: 'tls-next-key.pem', certificate: 'tls-next-cert.pem' } as const;
type Files = typeof PRESENT | typeof NEXT;

/** Files of an administrator's own, instead of those that the node makes. */
export interface GivenTls {
  readonly tlsKeyFile: string | null;
  readonly tlsCertificateFile: string | null;
}

/**
 * The key and certificate in use.
 * @returns undefined where none is given and none was made
 * @throws transport/certificate-unreadable
 */
export async function loadTls(
  paths: Pick<NodePaths, 'keys'>,
  given: Partial<GivenTls> = {},
): Promise<TlsIdentity | undefined> {
  const { tlsKeyFile = null, tlsCertificateFile = null } = given;
  if (tlsKeyFile !== null || tlsCertificateFile !== null)
    return checked({
      key: await givenText(tlsKeyFile, 'ICARUS_TLS_KEY'),
      certificate: await givenText(tlsCertificateFile, 'ICARUS_TLS_CERTIFICATE'),
    });
  await finishSwitch(paths);
  return readPair(paths, PRESENT);
}

/** The same, made where there is none. @param name of the agency, for whoever reads the certificate */
export async function ensureTls(
  paths: Pick<NodePaths, 'keys'>,
  name: string,
  given: Partial<GivenTls> = {},
): Promise<TlsIdentity> {
  return (await loadTls(paths, given)) ?? (await makePair(paths, PRESENT, name));
}

/** Puts the pins of the key in use and of the next one on the node's card, where they are not there. */
export async function publishTlsPins(ctx: NodeContext, actor: Actor): Promise<string> {
  const { tls } = ctx.keys;
  if (!tls) throw new IcarusError('transport/no-tls-key');
  const next = await readPair(ctx.paths, NEXT);
  const tlsKeys = [...new Set([pinOf(tls), ...(next ? [pinOf(next)] : [])])];
  return renewOwnCard(ctx, actor, () => ({ tlsKeys }));
}

/** Makes the next key and puts it on the card beside the present one. @returns its pin and the card's text */
export async function prepareNextTls(
  ctx: NodeContext,
  actor: Actor,
): Promise<{ readonly pin: string; readonly card: string }> {
  authorize(actor, 'node.administer');
  const next = (await readPair(ctx.paths, NEXT)) ?? (await makePair(ctx.paths, NEXT, ctx.node.name));
  return { pin: pinOf(next), card: await publishTlsPins(ctx, actor) };
}

/**
 * Takes the next key into use and takes the one before off the card. It is shown from the next start on.
 * @throws transport/no-next-key
 */
export async function switchTls(
  ctx: NodeContext,
  actor: Actor,
): Promise<{ readonly pin: string; readonly card: string }> {
  authorize(actor, 'node.administer');
  const next = await readPair(ctx.paths, NEXT);
  if (!next) throw new IcarusError('transport/no-next-key');
  const pin = pinOf(next);
  const card = await renewOwnCard(ctx, actor, () => ({ tlsKeys: [pin] }));
  // The certificate first: see finishSwitch.
  await rename(join(ctx.paths.keys, NEXT.certificate), join(ctx.paths.keys, PRESENT.certificate));
  await finishSwitch(ctx.paths);
  return { pin, card };
}

/** A switch that was cut off between its two renames has the next certificate in place and the next key beside. */
async function finishSwitch({ keys }: Pick<NodePaths, 'keys'>): Promise<void> {
  const key = await textOf(join(keys, NEXT.key));
  const certificate = await textOf(join(keys, PRESENT.certificate));
  if (key === undefined || certificate === undefined) return;
  const belongs = await checked({ key, certificate }).catch(() => undefined);
  if (belongs) await rename(join(keys, NEXT.key), join(keys, PRESENT.key));
}

/** A key without its certificate is what a broken attempt left: it gets one. */
async function makePair({ keys }: Pick<NodePaths, 'keys'>, files: Files, name: string): Promise<TlsIdentity> {
  const present = await textOf(join(keys, files.key));
  const pair = selfSigned(name, new Date(), present);
  if (present === undefined) await writeWhole(join(keys, files.key), pair.key);
  await rm(join(keys, files.certificate), { force: true });
  await writeWhole(join(keys, files.certificate), pair.certificate);
  return pair;
}

async function readPair({ keys }: Pick<NodePaths, 'keys'>, files: Files): Promise<TlsIdentity | undefined> {
  const key = await textOf(join(keys, files.key));
  const certificate = await textOf(join(keys, files.certificate));
  return key === undefined || certificate === undefined ? undefined : checked({ key, certificate });
}

async function checked(pair: TlsIdentity): Promise<TlsIdentity> {
  try {
    pinOf(pair);
    return pair;
  } catch (cause) {
    throw new IcarusError('transport/certificate-unreadable', {}, { cause });
  }
}

async function givenText(path: string | null, setting: string): Promise<string> {
  const text = path === null ? undefined : await textOf(path);
  if (text === undefined) throw new IcarusError('transport/certificate-missing', { setting });
  return text;
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await stagingFile(path);
  await file.write(Buffer.from(text, 'utf8'));
  await file.commit();
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** For whoever looks at a certificate: its pin, and until when it says that it holds. */
export function describeTls({ certificate }: TlsIdentity): { pin: string; validTo: string } {
  const read = new X509Certificate(certificate);
  return { pin: spkiPin(read), validTo: read.validToDate.toISOString() };
}
