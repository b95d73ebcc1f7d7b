/** First inputs for the parsers of the sealed package and of keys: each form that is allowed, at least once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateAgeIdentity } from '#seal/age-keys.ts';
import { bagInfoText } from '#seal/bag.ts';
import { latin1Of, utf8 } from '#seal/bytes.ts';
import { writeCard } from '#seal/card.ts';
import { craft, encryptedTo } from '#seal/craft.ts';
import { envelopeText, PACKAGE_FORMAT, PAYLOAD_FILE } from '#seal/envelope.ts';
import { publicKeyBlob } from '#seal/public-key.ts';
import { KEY_TYPES, softwareSigner } from '#seal/software-signer.ts';
import { sshString, uint32 } from '#seal/ssh-wire.ts';
import { signStatement } from '#seal/sshsig.ts';
import { TAR_END, tarEntry } from '#seal/tar.ts';
import { CORPUS, fixedParty } from './fixed-party.ts';
import { FIELDS, PAYLOAD, STATEMENT } from './seal-targets.ts';

/** By parser: the inputs by name. */
export type Seeds = Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>>;

export async function sealSeeds(): Promise<Seeds> {
  return { ...(await textSeeds()), ...(await keySeeds()), ...(await archiveSeeds()) };
}

async function textSeeds(): Promise<Seeds> {
  const us = await fixedParty();
  const envelope = {
    ...FIELDS,
    format: PACKAGE_FORMAT,
    file: PAYLOAD_FILE,
    sizeBytes: 1234,
    sha256: 'a'.repeat(64),
    sha512: 'b'.repeat(128),
  } as const;
  const file = await writeCard(us.card, us.signer);
  const later = { logKey: `icarus/dk+0123abcd+${'A'.repeat(44)}`, tlsKeys: [`${'A'.repeat(43)}=`] };
  const full = await writeCard({ ...us.card, address: 'https://icarus.example.dk', ...later }, us.signer);
  return {
    envelope: {
      plain: envelopeText(envelope),
      full: envelopeText({ ...envelope, via: us.card.agencyId, subject: 'For the duty officer – Übersicht' }),
    },
    card: { plain: cardOf(file), full: cardOf(full) },
    'card-file': { plain: file, full },
    'bag-info': {
      plain: bagInfoText(FIELDS, PAYLOAD, {}),
      full: bagInfoText(FIELDS, PAYLOAD, { Operation: 'ICARUS', 'Log-Checkpoint': 'Ab+/=' }),
    },
    paths: {
      plain: 'summary.json\ndossiers/MT 0001.txt\nÜbersicht.csv\n表.csv\na/b/c/d\n',
      twins: 'a\nA\nﬁ\nfi\nÅ\nstraße\nSTRASSE',
    },
  };
}

const cardOf = (file: string) => (JSON.parse(file) as { card: string }).card;

async function keySeeds(): Promise<Seeds> {
  const us = await fixedParty();
  const signers = KEY_TYPES.map((type) => ({ type: type.split('@')[0] ?? '', signer: softwareSigner(type) }));
  const each = async (make: (signer: (typeof signers)[number]['signer']) => Promise<string | Uint8Array>) =>
    Object.fromEntries(
      await Promise.all(signers.map(async ({ type, signer }) => [type, await make(signer)] as const)),
    );
  const identities = signers.map(({ signer }) =>
    Buffer.concat([sshString(publicKeyBlob(signer.publicKey)), sshString('comment')]),
  );
  const first = signers[0]?.signer ?? us.signer;
  return {
    sshsig: await each((signer) => signStatement(signer, 'approval@icarus', STATEMENT)),
    'public-key': await each(async ({ publicKey }) => publicKey.split(' ').slice(0, 2).join(' ')),
    signature: await each(async (signer) =>
      Buffer.concat([sshString(publicKeyBlob(signer.publicKey)), await signer.sign(STATEMENT)]),
    ),
    'key-file': { ed25519: readFileSync(join(CORPUS, 'keys', 'signing-key')) },
    'agent-identities': {
      several: sshString(Buffer.concat([Uint8Array.of(12), uint32(identities.length), ...identities])),
      none: sshString(Buffer.concat([Uint8Array.of(12), uint32(0)])),
      refused: sshString(Uint8Array.of(5)),
    },
    'agent-signed': {
      signed: sshString(Buffer.concat([Uint8Array.of(14), sshString(await first.sign(STATEMENT))])),
    },
  };
}

async function archiveSeeds(): Promise<Seeds> {
  const us = await fixedParty();
  const other = await generateAgeIdentity();
  const files = { 'summary.json': '{"targets":1}\n', 'Übersicht.txt': 'synthetic\n' };
  let bag: Uint8Array = new Uint8Array(0);
  const file = await craft(us, [us], {
    files,
    innerTar: (tar) => {
      bag = Uint8Array.from(tar);
      return tar;
    },
  });
  const long = `${'long folder/'.repeat(12)}name.txt`;
  const age = await encryptedTo([other.recipient, ...us.card.ageRecipients], utf8('a'.repeat(100)));
  return {
    tar: {
      plain: Buffer.concat([
        tarEntry('a.txt', utf8('a')),
        tarEntry('b/c.txt', utf8('x'.repeat(600))),
        TAR_END,
      ]),
      pax: Buffer.concat([tarEntry(long, utf8('1')), tarEntry('表.csv', utf8('2')), TAR_END]),
      empty: TAR_END,
    },
    bag: { files: bag },
    container: { package: file },
    package: { files: file, empty: await craft(us, [us]) },
    'age-file': { two: age, empty: await encryptedTo(us.card.ageRecipients, new Uint8Array(0)) },
    'age-header': { two: headerOf(age) },
  };
}

function headerOf(age: Uint8Array): Uint8Array {
  const text = latin1Of(age);
  return age.subarray(0, text.indexOf('\n', text.indexOf('\n---') + 1) + 1);
}
