/** Parties and packages for tests: three agencies with fresh keys, and content in memory. */
import type { AgencyId } from '#core/ids.ts';
import { generateAgeIdentity } from './age-keys.ts';
import { type AgencyCard, CARD_FORMAT, plainPublicKey, recipientsOf } from './card.ts';
import type { EnvelopeFields } from './envelope.ts';
import { generateSigningKey, type Signer, signerFrom } from './keys.ts';
import type { Keyring } from './open.ts';
import { type PackageEntry, type SealedPackage, type SealRequest, sealPackage } from './seal.ts';
import type { ByteSink, PackageSink } from './sink.ts';

export const ISSUED_AT = '2011-01-10T00:00:00.000Z';
export const SEALED_AT = '2011-09-21T10:00:00.000Z';
export const RECEIVED_AT = new Date('2011-09-21T18:00:00.000Z');

export interface Party {
  readonly card: AgencyCard;
  readonly signer: Signer;
  readonly privateKey: string;
  readonly identity: string;
}

export async function party(agencyId: string, country: string | null = null): Promise<Party> {
  const { privateKey, publicKey } = generateSigningKey(`${agencyId} test key`);
  const { identity, recipient } = await generateAgeIdentity();
  const key = {
    publicKey: plainPublicKey(publicKey),
    validAfter: ISSUED_AT,
    validBefore: null,
    revokedAt: null,
  };
  const card: AgencyCard = {
    format: CARD_FORMAT,
    agencyId: agencyId as AgencyId,
    name: `Agency ${agencyId}`,
    country,
    address: null,
    signingKeys: [key],
    ageRecipients: [recipient],
    issuedAt: ISSUED_AT,
  };
  return { card, signer: signerFrom(privateKey), privateKey, identity };
}

/** The same agency when it signs with another key. */
export function signingWith(from: Party, signer: Signer): Party {
  const signingKeys = from.card.signingKeys.map((key) => ({
    ...key,
    publicKey: plainPublicKey(signer.publicKey),
  }));
  return { ...from, signer, card: { ...from.card, signingKeys } };
}

export function keyringOf(...cards: AgencyCard[]): Keyring {
  return { cardOf: (agencyId) => cards.find((card) => card.agencyId === agencyId) };
}

export function fieldsOf(from: Party, to: readonly Party[]): EnvelopeFields {
  return {
    id: 'IP-2011-ICARUS-MT-1',
    kind: 'package',
    from: from.card.agencyId,
    to: to.map((recipient) => recipient.card.agencyId),
    via: null,
    createdAt: SEALED_AT,
  };
}

export async function* chunksOf(bytes: Uint8Array, chunkBytes = 65_536): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += chunkBytes)
    yield await Promise.resolve(bytes.subarray(at, at + chunkBytes));
}

export function entriesOf(files: Readonly<Record<string, string | Uint8Array>>): PackageEntry[] {
  return Object.entries(files).map(([path, content]) => {
    const bytes = Buffer.from(content);
    return { path, sizeBytes: bytes.length, content: () => chunksOf(bytes) };
  });
}

export function memoryOutput(): ByteSink & { bytes(): Uint8Array } {
  const chunks: Uint8Array[] = [];
  return {
    write(bytes) {
      chunks.push(Uint8Array.from(bytes));
      return Promise.resolve();
    },
    bytes: () => Buffer.concat(chunks),
  };
}

/** Seals `files` from one party to others; `change` overrides any part of the request. */
export async function sealed(
  from: Party,
  to: readonly Party[],
  files: Readonly<Record<string, string | Uint8Array>>,
  change: Partial<SealRequest> = {},
): Promise<{ bytes: Uint8Array; result: SealedPackage }> {
  const output = memoryOutput();
  const recipients = recipientsOf(to.map((recipient) => recipient.card));
  const request = {
    envelope: fieldsOf(from, to),
    entries: entriesOf(files),
    recipients,
    signer: from.signer,
    output,
  };
  const result = await sealPackage({ ...request, ...change });
  return { bytes: output.bytes(), result };
}

/** A sink that shows its files only after `commit`. */
export function memorySink(): PackageSink & {
  visible(): Record<string, string> | undefined;
  state(): string;
} {
  const files: Record<string, string> = {};
  let state = 'open';
  return {
    create(path) {
      const chunks: Uint8Array[] = [];
      return Promise.resolve({
        write(bytes) {
          chunks.push(Uint8Array.from(bytes));
          return Promise.resolve();
        },
        close() {
          files[path] = Buffer.concat(chunks).toString('latin1');
          return Promise.resolve();
        },
      });
    },
    commit() {
      state = 'committed';
      return Promise.resolve();
    },
    discard() {
      state = 'discarded';
      return Promise.resolve();
    },
    visible: () => (state === 'committed' ? files : undefined),
    state: () => state,
  };
}
