/**
 * Packages put together by hand, for tests and vectors: the right parts in the right order unless a
 * caller changes one, so that each rule of the format can be broken alone and signed as if it were not.
 */
import { createHash } from 'node:crypto';
import { ageWriter } from './age.ts';
import { BAGIT_TXT, bagInfoText, MANIFEST_NAMESPACE, manifestText, sha512, tagManifestText } from './bag.ts';
import { utf8 } from './bytes.ts';
import { recipientsOf } from './card.ts';
import {
  type Envelope,
  type EnvelopeFields,
  envelopeText,
  PACKAGE_FORMAT,
  PAYLOAD_FILE,
} from './envelope.ts';
import { chunksOf, fieldsOf, type Party } from './fixtures.ts';
import type { Signer } from './keys.ts';
import { ENVELOPE_NAMESPACE, sumsText } from './seal.ts';
import { type Namespace, signStatement } from './sshsig.ts';
import { TAR_END, tarHeader, tarPadding } from './tar.ts';

export type Parts = [path: string, content: string | Uint8Array][];

export interface Craft {
  readonly files?: Readonly<Record<string, string>>;
  /** What the envelope says beside the usual. */
  readonly fields?: Partial<EnvelopeFields>;
  /** What bag-info.txt says, where it differs from the envelope. */
  readonly innerFields?: Partial<EnvelopeFields>;
  readonly innerSigner?: Signer;
  /** Changes a text of the bag before digests and signature are made for it. */
  readonly tags?: {
    readonly bagit?: (text: string) => string;
    readonly bagInfo?: (text: string) => string;
    readonly manifest?: (text: string) => string;
  };
  /** Changes the files of the inner archive, after manifests and signature were made for them. */
  readonly inner?: (parts: Parts) => Parts;
  /** Changes the bytes of the inner archive. */
  readonly innerTar?: (tar: Buffer) => Uint8Array;
  /** Who can decrypt it, where not the addressees. */
  readonly encryptTo?: readonly Party[];
  /** Changes the ciphertext before the envelope is made for it. */
  readonly ciphertext?: (ciphertext: Uint8Array) => Uint8Array;
  /** Changes the envelope's text before it is signed. */
  readonly json?: (text: string) => string;
  readonly signer?: Signer;
  /** What kind of statement the envelope's signature is. */
  readonly namespace?: Namespace;
  /** Changes the envelope's signature before the sums are made for it. */
  readonly signature?: (armored: string) => string;
  /** Changes the files of the outer archive. */
  readonly outer?: (parts: Parts) => Parts;
  /** Changes the finished file. */
  readonly file?: (file: Buffer) => Uint8Array;
}

export async function craft(from: Party, to: readonly Party[], change: Craft = {}): Promise<Uint8Array> {
  const fields = { ...fieldsOf(from, to), ...change.fields };
  const signer = change.signer ?? from.signer;
  const inner = await bagParts({ ...fields, ...change.innerFields }, change.innerSigner ?? signer, change);
  const tar = tarOf(change.inner?.(inner) ?? inner);
  const recipients = recipientsOf((change.encryptTo ?? to).map((recipient) => recipient.card));
  const encrypted = await encryptedTo(recipients, change.innerTar?.(tar) ?? tar);
  const ciphertext = change.ciphertext?.(encrypted) ?? encrypted;
  const digests = {
    sizeBytes: ciphertext.length,
    sha256: createHash('sha256').update(ciphertext).digest('hex'),
    sha512: sha512(ciphertext),
  };
  const envelope: Envelope = { ...fields, format: PACKAGE_FORMAT, file: PAYLOAD_FILE, ...digests };
  const text = envelopeText(envelope);
  const json = utf8(change.json?.(text) ?? text);
  const signed = await signStatement(signer, change.namespace ?? ENVELOPE_NAMESPACE, json);
  const signature = change.signature?.(signed) ?? signed;
  const sums = sumsText({ json, signature: utf8(signature), ciphertextSha512: digests.sha512 });
  const outer: Parts = [
    [`${fields.id}/${PAYLOAD_FILE}`, ciphertext],
    [`${fields.id}/package.json`, json],
    [`${fields.id}/package.json.sig`, signature],
    [`${fields.id}/SHA512SUMS`, sums],
  ];
  const file = tarOf(change.outer?.(outer) ?? outer);
  return change.file?.(file) ?? file;
}

async function bagParts(
  fields: EnvelopeFields,
  signer: Signer,
  { files: content = {}, tags }: Pick<Craft, 'files' | 'tags'>,
): Promise<Parts> {
  const files = Object.entries(content).map(([path, text]) => ({
    path,
    sizeBytes: Buffer.byteLength(text),
    sha512: sha512(text),
  }));
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const changed = (change: ((text: string) => string) | undefined, text: string) => change?.(text) ?? text;
  const bagit = changed(tags?.bagit, BAGIT_TXT);
  const bagInfo = changed(tags?.bagInfo, bagInfoText(fields, { files: files.length, sizeBytes }, {}));
  const manifest = changed(tags?.manifest, manifestText(files));
  const tagManifest = tagManifestText({ bagInfo, manifestSha512: sha512(manifest) }).replace(
    sha512(BAGIT_TXT),
    sha512(bagit),
  );
  return [
    ['bag/bagit.txt', bagit],
    ['bag/bag-info.txt', bagInfo],
    ...Object.entries(content).map(([path, text]): Parts[number] => [`bag/data/${path}`, text]),
    ['bag/manifest-sha512.txt', manifest],
    ['bag/tagmanifest-sha512.txt', tagManifest],
    ['bag/tagmanifest-sha512.txt.sig', await signStatement(signer, MANIFEST_NAMESPACE, utf8(tagManifest))],
  ];
}

function tarOf(parts: Parts): Buffer {
  const entries = parts.flatMap(([path, content]) => {
    const bytes = Buffer.from(content);
    return [tarHeader({ path, sizeBytes: bytes.length }), bytes, tarPadding(bytes.length)];
  });
  return Buffer.concat([...entries, TAR_END]);
}

/** An age file in memory. */
export async function encryptedTo(recipients: readonly string[], plaintext: Uint8Array): Promise<Uint8Array> {
  const writer = await ageWriter(recipients);
  const chunks: Uint8Array[] = [];
  for await (const chunk of writer.encrypt(chunksOf(plaintext))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Turns an entry of an archive into another type, with the check sum that fits it. */
export function retyped(tar: Buffer, path: string, type: string): Buffer {
  const at = tar.indexOf(Buffer.from(`${path}\0`, 'latin1'));
  tar.write(type, at + 156, 'latin1');
  tar.write('        ', at + 148, 'latin1');
  const sum = tar.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
  return tar;
}
