/** The agencies of the comparison, and packages between them as they may be. */
import { below, oneOf, type Random } from '#exercise/log/random.ts';
import { plainPublicKey, type SigningKey } from '#seal/card.ts';
import type { EnvelopeFields } from '#seal/envelope.ts';
import { fieldsOf, ISSUED_AT, type Party, party, RECEIVED_AT, sealed, signingWith } from '#seal/fixtures.ts';
import type { Signer } from '#seal/keys.ts';
import { isSafePath, pathSet } from '#seal/paths.ts';
import { KEY_TYPES, softwareSigner } from '#seal/software-signer.ts';
import type { Arrival } from './package.ts';

export interface Scene {
  /** One for each type of key, each as the agency dk. */
  readonly senders: readonly Party[];
  /** Its key is on the card of each of them too. */
  readonly office: Signer;
  readonly mt: Party;
  readonly others: readonly Party[];
}

export async function makeScene(): Promise<Scene> {
  const dk = await party('dk', 'DK');
  const office = softwareSigner('ssh-ed25519');
  const second: SigningKey = {
    publicKey: plainPublicKey(office.publicKey),
    validAfter: ISSUED_AT,
    validBefore: null,
    revokedAt: null,
  };
  const senders = KEY_TYPES.map((type) => {
    const sender = signingWith(dk, softwareSigner(type));
    return { ...sender, card: { ...sender.card, signingKeys: [...sender.card.signingKeys, second] } };
  });
  const [mt, ...others] = await Promise.all(
    ['mt', 'fr', 'se', 'it'].map((id) => party(id, id.toUpperCase())),
  );
  if (mt === undefined) throw new Error('the list of agencies is not empty');
  return { senders, office, mt, others };
}

/** A package that both sides should open, of random content, recipients, key and times. */
export async function goodArrival(scene: Scene, random: Random): Promise<Arrival> {
  const from = oneOf(random(), scene.senders);
  const to = [scene.mt, ...scene.others.slice(0, below(random(), 4))];
  const envelope = anyFields(from, to, random);
  const { bytes } = await sealed(from, to, anyFiles(random), { envelope });
  const card = { ...from.card, signingKeys: from.card.signingKeys.map((key) => anyTimes(key, random)) };
  const reader = oneOf(random(), to);
  return { bytes, card, reader, at: RECEIVED_AT, createdAt: envelope.createdAt, id: envelope.id };
}

export function anyFields(from: Party, to: readonly Party[], random: Random): EnvelopeFields {
  const fields = fieldsOf(from, to);
  return {
    ...fields,
    id: oneOf(random(), [fields.id, 'A_1', `x${'-9'.repeat(31)}`]),
    kind: oneOf(random(), ['package', 'report', 'receipt']),
    via: oneOf(random(), [null, null, from.card.agencyId]),
    createdAt: oneOf(random(), [fields.createdAt, '2011-09-21T10:00:00.001Z', '2011-09-21T17:59:59.999Z']),
    ...(below(random(), 3) === 0 && { subject: 'For the duty officer – "Übersicht" \\ 表' }),
  };
}

/** Times at which the key still counts, some of them at its borders. */
function anyTimes(key: SigningKey, random: Random): SigningKey {
  return {
    ...key,
    validAfter: oneOf(random(), [ISSUED_AT, '2011-09-21T10:00:00.000Z']),
    validBefore: oneOf(random(), [null, '2012-01-01T00:00:00.000Z', '2011-09-21T18:00:00.000Z']),
    revokedAt: oneOf(random(), [null, null, '2011-09-21T18:00:01.000Z']),
  };
}

const SIZES = [0, 1, 511, 512, 513, 4096, 65_535, 65_536, 65_537, 200_000];
/** Letters of many scripts, with marks, and every sign that a name may have. */
const LETTERS = Array.from("abzAZ09äøşßłЖщΩأبתअपाआกำ한국漢字カなე፩ԱծꙀ𝒜𠀀éộ ._-+()@,=#&'");

export function anyFiles(random: Random): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  const paths = pathSet();
  const count = oneOf(random(), [0, 1, 2, 3, 5, 8, 40]);
  // One large file now and then.
  let large = below(random(), 60) === 0 ? 5_000_000 : undefined;
  for (let tries = 0; tries < count * 3 && Object.keys(files).length < count; tries++) {
    const path = anyPath(random);
    if (!isSafePath(path) || !paths.add(path)) continue;
    files[path] = new Uint8Array(large ?? oneOf(random(), SIZES)).fill(below(random(), 256));
    large = undefined;
  }
  return files;
}

export function anyPath(random: Random): string {
  const segment = () => {
    const length = 1 + below(random(), 1 + below(random(), 40));
    return Array.from({ length }, () => oneOf(random(), LETTERS))
      .join('')
      .normalize('NFC');
  };
  return Array.from({ length: 1 + below(random(), 3) }, segment).join('/');
}
