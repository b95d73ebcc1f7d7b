/** The procedures of docs/formats, run as they are written there, with the tools that they name. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allowedSigners, readCard, revokedKeys, writeCard } from './card.ts';
import { craft } from './craft.ts';
import {
  chunksOf,
  keyringOf,
  memorySink,
  type Party,
  party,
  RECEIVED_AT,
  sealed,
  signingWith,
} from './fixtures.ts';
import { generateSigningKey, signerFrom } from './keys.ts';
import { openPackage } from './open.ts';
import { fingerprint } from './public-key.ts';
import { KEY_TYPES, softwareSigner } from './software-signer.ts';
import { signStatement, verifyStatement } from './sshsig.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs', 'formats');
const isHere = (tool: string) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
const absent = ['age', 'ssh-keygen', 'tar', 'sha512sum', 'bash'].filter((tool) => !isHere(tool));
const why = absent.length === 0 ? '' : ` (skipped: ${absent.join(', ')} not installed)`;

/** The commands that the document gives under this name. */
function procedure(document: string, name: string): string {
  const text = readFileSync(join(docs, document), 'utf8');
  const block = new RegExp(`<!-- procedure: ${name} -->\\n\`\`\`sh\\n(.*?)\`\`\``, 's').exec(text)?.[1];
  if (block === undefined) throw new Error(`${document} has no procedure ${name}`);
  return block;
}

let folder: string;
let denmark: Party;
let malta: Party;
beforeAll(async () => {
  denmark = await party('dk', 'DK');
  malta = await party('mt', 'MT');
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'icarus-tools-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (script: string) =>
  spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
const place = (name: string, content: string | Uint8Array, mode = 0o600) =>
  writeFileSync(join(folder, name), content, { mode });

const FILES = { 'summary.json': '{"targets":1}\n', 'dossiers/Übersicht 1.txt': 'synthetic\n' };
const OPENING = ['envelope', 'ciphertext', 'content']
  .map((name) => procedure('sealed-package.md', name))
  .join('');

function receive(bytes: Uint8Array, signers = allowedSigners([denmark.card]), revoked = '') {
  place('IP-2011-ICARUS-MT-1.icarus', bytes);
  place('allowed_signers', signers);
  place('revoked_keys', revoked);
  place('identity.txt', `${malta.identity}\n`);
}

describe.skipIf(absent.length > 0)(`an officer without our software${why}`, () => {
  test('opens a package and sees both signatures, every digest and the content', async () => {
    receive((await sealed(denmark, [malta], FILES)).bytes);
    const { stdout, stderr, status } = run(OPENING);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('Good "envelope@icarus" signature for dk with ED25519 key');
    expect(stdout).toContain('Good "manifest@icarus" signature for dk with ED25519 key');
    expect(stdout).toContain('data/dossiers/Übersicht 1.txt: OK');
    expect(stdout).toContain('Icarus-To: mt');
    const unpacked = join(folder, 'IP-2011-ICARUS-MT-1', 'bag', 'data');
    for (const [path, content] of Object.entries(FILES))
      expect(readFileSync(join(unpacked, path), 'utf8')).toBe(content);
  });

  test.each(KEY_TYPES)('opens a package that is signed with %s', async (type) => {
    const sender = signingWith(denmark, softwareSigner(type));
    const { bytes } = await sealed(sender, [malta], FILES);
    receive(bytes, allowedSigners([sender.card]));
    const { stdout, status } = run(OPENING);
    expect(status).toBe(0);
    expect(stdout).toContain(fingerprint(sender.signer.publicKey));
    const sink = memorySink();
    await openPackage({
      stream: chunksOf(bytes),
      keyring: keyringOf(await readCard(await writeCard(sender.card, sender.signer))),
      identities: [malta.identity],
      me: malta.card.agencyId,
      at: RECEIVED_AT,
      sink,
    });
    expect(sink.state()).toBe('committed');
  });

  test.each([
    [
      'an altered envelope',
      { file: (file: Buffer) => Buffer.from(file.toString('latin1').replace('"mt"', '"fr"'), 'latin1') },
    ],
    [
      'another ciphertext',
      {
        outer: (parts: [string, string | Uint8Array][]) => [
          ['IP-2011-ICARUS-MT-1/package.tar.age', 'other'] as [string, string],
          ...parts.slice(1),
        ],
      },
    ],
    [
      'content that differs from its manifest',
      {
        inner: (parts: [string, string | Uint8Array][]) =>
          parts.map(([path, text]): [string, string | Uint8Array] => [
            path,
            path.endsWith('json') ? '{}' : text,
          ]),
      },
    ],
    [
      'a file that no manifest names',
      {
        inner: (parts: [string, string | Uint8Array][]) => [
          ...parts,
          ['bag/data/more.txt', ''] as [string, string],
        ],
      },
    ],
  ])('is stopped by the procedure at %s', async (_, change) => {
    receive(await craft(denmark, [malta], { files: FILES, ...change }));
    expect(run(OPENING).status).not.toBe(0);
  });

  test('is stopped at a key that had expired, was revoked or is another agency’s', async () => {
    const { bytes } = await sealed(denmark, [malta], FILES);
    const keys = denmark.card.signingKeys.map((key) => ({
      ...key,
      validBefore: '2011-09-21T10:00:00.000Z',
      revokedAt: '2011-09-21T12:00:00.000Z',
    }));
    const card = { ...denmark.card, signingKeys: keys };
    receive(bytes, allowedSigners([card]));
    expect(run(OPENING).stderr).toContain('expired');
    receive(bytes, allowedSigners([denmark.card]), revokedKeys([card], RECEIVED_AT));
    // OpenSSH gives no reason for this one.
    expect(run(OPENING)).toMatchObject({ status: 255, stdout: 'Could not verify signature.\n' });
    receive(bytes, allowedSigners([malta.card]));
    expect(run(OPENING).status).not.toBe(0);
  });

  test('seals a package that we open', async () => {
    mkdirSync(join(folder, 'bag', 'data'), { recursive: true });
    place('bag/data/summary.json', '{"targets":1}\n');
    place('bag/data/MT 0001.txt', 'synthetic\n');
    place('id_ed25519', denmark.privateKey);
    place('recipients.txt', malta.card.ageRecipients.join('\n'));
    expect(run(procedure('sealed-package.md', 'seal'))).toMatchObject({ status: 0 });
    const bytes = readFileSync(join(folder, 'IP-2011-ICARUS-MT-1.icarus'));
    const sink = memorySink();
    await openPackage({
      stream: chunksOf(bytes),
      keyring: keyringOf(denmark.card),
      identities: [malta.identity],
      me: malta.card.agencyId,
      at: RECEIVED_AT,
      sink,
    });
    expect(sink.visible()).toEqual({ 'MT 0001.txt': 'synthetic\n', 'summary.json': '{"targets":1}\n' });
  });
});

describe.skipIf(absent.length > 0)(`OpenSSH and we agree${why}`, () => {
  test('on a key’s fingerprint, and on the public half of a private key', () => {
    const { privateKey, publicKey } = generateSigningKey('dk signing 2011');
    place('key', privateKey);
    expect(run('ssh-keygen -y -f key').stdout).toBe(`${publicKey}\n`);
    expect(run('ssh-keygen -l -f key').stdout).toBe(
      `256 ${fingerprint(publicKey)} dk signing 2011 (ED25519)\n`,
    );
  });

  test('on a key that ssh-keygen made, and on the signature that it makes', async () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'token', '-f', join(folder, 'key')]);
    place('statement', 'released\n');
    expect(run('ssh-keygen -q -Y sign -f key -n approval@icarus statement').status).toBe(0);
    const theirs = readFileSync(join(folder, 'statement.sig'), 'utf8');
    const signer = signerFrom(readFileSync(join(folder, 'key'), 'utf8'));
    const statement = Buffer.from('released\n');
    // Ed25519 is deterministic: the same key gives the same signature, character by character.
    expect(await signStatement(signer, 'approval@icarus', statement)).toBe(theirs);
    expect(verifyStatement(theirs, 'approval@icarus', statement, [signer.publicKey])).toBe(signer.publicKey);
  });

  test('that a key with a passphrase is not read without it', () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', join(folder, 'key')]);
    expect(() => signerFrom(readFileSync(join(folder, 'key'), 'utf8'))).toThrow(/passphrase.*ssh-agent/s);
  });

  test('that a key of another type is not signed with from its file', () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-b', '256', '-N', '', '-f', join(folder, 'key')]);
    expect(() => signerFrom(readFileSync(join(folder, 'key'), 'utf8'))).toThrow(/ssh-agent/);
  });
});

describe.skipIf(absent.length > 0 || !isHere('jq'))('an agency card without our software (needs jq)', () => {
  test('is checked, and gives the files that a package is checked with', async () => {
    const keys = denmark.card.signingKeys.map((key) => ({ ...key, validBefore: '2012-01-01T00:00:00.000Z' }));
    const old = {
      ...keys[0],
      publicKey: malta.card.signingKeys[0]?.publicKey ?? '',
      revokedAt: '2011-02-01T00:00:00.000Z',
    };
    const card = {
      ...denmark.card,
      signingKeys: [...keys, { validAfter: '2010-01-01T00:00:00.000Z', validBefore: null, ...old }],
    };
    const file = await writeCard(card, denmark.signer);
    place('dk.card.json', file);
    const shown = run(procedure('agency-card.md', 'card'));
    expect(shown.stdout).toContain('Good "card@icarus" signature with ED25519 key');
    expect(shown.stdout).toContain(fingerprint(denmark.signer.publicKey));
    expect(run(procedure('agency-card.md', 'card') + procedure('agency-card.md', 'signers')).status).toBe(0);
    const read = await readCard(file);
    expect(readFileSync(join(folder, 'allowed_signers'), 'utf8')).toBe(allowedSigners([read]));
    expect(readFileSync(join(folder, 'revoked_keys'), 'utf8')).toBe(revokedKeys([read], RECEIVED_AT));
  });
});
