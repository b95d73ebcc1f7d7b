/** The parsers of the sealed package and of keys. */
import { readIdentities, readSigned } from '#platform/ssh-agent-messages.ts';
import { decryptAge } from '#seal/age.ts';
import { fromBase64NoPad, headerMac, readAgeHeader, writeAgeHeader } from '#seal/age-header.ts';
import { bagInfoText, readBagInfo } from '#seal/bag.ts';
import { byteReader, latin1Of, textOf, utf8 } from '#seal/bytes.ts';
import { CARD_NAMESPACE, plainPublicKey, readCard, writeCard } from '#seal/card.ts';
import { DEFAULT_LIMITS, readContainer } from '#seal/container.ts';
import { stageContent } from '#seal/content.ts';
import { encryptedTo } from '#seal/craft.ts';
import { envelopeBytes, readEnvelopeText } from '#seal/envelope.ts';
import { chunksOf, fieldsOf, keyringOf, memorySink } from '#seal/fixtures.ts';
import { signerFrom } from '#seal/keys.ts';
import { openPackage } from '#seal/open.ts';
import { isSafePath, pathSet } from '#seal/paths.ts';
import { publicKeyBlob, publicKeyLine, signatureHolds } from '#seal/public-key.ts';
import { signStatement, statementSigner } from '#seal/sshsig.ts';
import { readTarBytes, readTarHeader, TAR_END, tarEntry } from '#seal/tar.ts';
import { AT, fixedParty } from './fixed-party.ts';
import type { Accepted, FuzzTarget } from './target.ts';

const us = await fixedParty();
export const FIELDS = fieldsOf(us, [us]);
export const PAYLOAD = { files: 2, sizeBytes: 24 };
export const STATEMENT = utf8('released\n');
const LIMITS = { ...DEFAULT_LIMITS, maxFiles: 1000 };

const text = (input: Uint8Array) => textOf(input) ?? '';

export const SEAL_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'envelope',
    shape: 'json',
    read: (input) => ({ written: envelopeBytes(readEnvelopeText(input)) }),
  },
  { name: 'card', shape: 'json', read: readSignedCard },
  { name: 'card-file', shape: 'json', read: async (input) => (await readCard(text(input)), {}) },
  {
    name: 'sshsig',
    shape: 'armored',
    read: (input) => {
      const line = statementSigner(latin1Of(input), 'approval@icarus', STATEMENT);
      return publicKeyLine(publicKeyBlob(line)) === line ? {} : wrong('the key is not its own text');
    },
  },
  { name: 'key-file', shape: 'armored', read: readKeyFile },
  {
    name: 'public-key',
    shape: 'lines',
    read: (input) => {
      const line = text(input);
      // Behind the key may stand a comment, which is nobody's business.
      const same = publicKeyLine(publicKeyBlob(line)) === plainPublicKey(line);
      return same ? {} : wrong('the key is not its own text');
    },
  },
  { name: 'signature', shape: 'wire', read: readSignature },
  { name: 'age-header', shape: 'lines', read: readHeader },
  {
    name: 'age-file',
    shape: 'bytes',
    read: async (input) => {
      for await (const _ of decryptAge(byteReader(chunksOf(input, 1000)), [us.identity]));
      return {};
    },
  },
  { name: 'tar', shape: 'tar', read: readArchive },
  { name: 'bag', shape: 'tar', read: readBag },
  {
    name: 'bag-info',
    shape: 'lines',
    read: (input) => {
      const lines = Object.entries(readBagInfo(input, FIELDS, PAYLOAD));
      return { written: utf8(bagInfoText(FIELDS, PAYLOAD, Object.fromEntries(lines.slice(8)))) };
    },
  },
  {
    name: 'container',
    shape: 'tar',
    read: async (input) => (await readContainer(chunksOf(input), (bytes) => bytes.drain()), {}),
  },
  { name: 'package', shape: 'tar', read: readPackage },
  { name: 'paths', shape: 'lines', read: readPaths },
  { name: 'agent-identities', shape: 'wire', read: (input) => answered(readIdentities(input)) },
  { name: 'agent-signed', shape: 'wire', read: (input) => answered(readSigned(input)) },
];

function wrong(why: string): never {
  throw new Error(why);
}

/** Signed anew each time, so that what is inside is read and not only the signature. */
async function readSignedCard(input: Uint8Array): Promise<Accepted> {
  const card = text(input);
  const signature = await signStatement(us.signer, CARD_NAMESPACE, utf8(card));
  const read = await readCard(JSON.stringify({ card, signature }));
  const file = JSON.parse(await writeCard(read, us.signer)) as { card: string };
  return { written: utf8(file.card) };
}

async function readKeyFile(input: Uint8Array): Promise<Accepted> {
  const signer = signerFrom(latin1Of(input));
  const holds = signatureHolds(publicKeyBlob(signer.publicKey), await signer.sign(STATEMENT), STATEMENT);
  return holds ? {} : wrong('it was taken, and its signature does not hold for its public half');
}

/** A key blob as an SSH string, then a signature blob. */
function readSignature(input: Uint8Array): Accepted | 'refused' {
  const size = input.length < 4 ? 0 : new DataView(input.buffer, input.byteOffset).getUint32(0);
  const [keyBlob, signature] = [input.subarray(4, 4 + size), input.subarray(4 + size)];
  return signatureHolds(keyBlob, signature, STATEMENT) ? {} : 'refused';
}

function readHeader(input: Uint8Array): Accepted | 'refused' {
  const header = readAgeHeader(input);
  if (header === undefined) return 'refused';
  const fileKey = new Uint8Array(16);
  const written = writeAgeHeader(header.stanzas, fileKey);
  const mac = headerMac(header.signed, fileKey);
  // Under another file key the MAC is another: all before it must be the same.
  const same = latin1Of(written.subarray(0, header.signed.length)) === latin1Of(header.signed);
  const macs = fromBase64NoPad(latin1Of(written.subarray(header.signed.length + 1, -1)));
  return same && macs !== undefined && Buffer.compare(macs, mac) === 0 ? {} : wrong('it has a second form');
}

async function readArchive(input: Uint8Array): Promise<Accepted> {
  const reader = byteReader(chunksOf(input, 700));
  const written: Uint8Array[] = [];
  for (;;) {
    const header = await readTarHeader(reader);
    if (header === undefined) return { written: Buffer.concat([...written, TAR_END]) };
    if (header.sizeBytes > input.length) return { written: input };
    written.push(tarEntry(header.path, await readTarBytes(reader, header.sizeBytes)));
  }
}

/** The bag is encrypted anew each time: to whom it is addressed, its sender may be the attacker. */
async function readBag(input: Uint8Array): Promise<Accepted> {
  const ciphertext = byteReader(chunksOf(await encryptedTo(us.card.ageRecipients, input)));
  await stageContent(ciphertext, { identities: [us.identity], limits: LIMITS, sink: memorySink() });
  return { written: input };
}

async function readPackage(input: Uint8Array): Promise<Accepted> {
  const sink = memorySink();
  const request = { keyring: keyringOf(us.card), identities: [us.identity], me: us.card.agencyId, at: AT };
  try {
    await openPackage({ stream: chunksOf(input), sink, limits: LIMITS, ...request });
  } catch (error) {
    if (sink.state() !== 'discarded') wrong(`refused, but the sink is ${sink.state()}`);
    throw error;
  }
  return sink.state() === 'committed' ? {} : wrong(`opened, but the sink is ${sink.state()}`);
}

/** One path a line. A path that is allowed stays where it is on every system, and clashes with itself. */
function readPaths(input: Uint8Array): Accepted | 'refused' {
  const paths = pathSet();
  const safe = text(input).split('\n').filter(isSafePath);
  for (const path of safe) {
    if (!paths.add(path)) continue;
    if (paths.add(path)) wrong('a path was taken twice');
    if (/(^|\/)\.|[\\:\0]|^\//.test(path)) wrong('a path leads elsewhere or hides');
    if (paths.add(path.toUpperCase()) || paths.add(path.normalize('NFD'))) wrong('a twin was taken');
  }
  return safe.length > 0 ? {} : 'refused';
}

function answered(answer: object | 'refused' | 'invalid'): Accepted | 'refused' {
  return typeof answer === 'object' ? {} : 'refused';
}
