/** Signing through real agents (OpenSSH's own, with a token of SoftHSM), and what is said when they do not. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { concatBytes } from '#seal/bytes.ts';
import { generateSigningKey } from '#seal/keys.ts';
import { fingerprint } from '#seal/public-key.ts';
import { sshString, uint32 } from '#seal/ssh-wire.ts';
import { signStatement, statementSigner } from '#seal/sshsig.ts';
import { hasTools, TEST_PIN, type TestAgent, testAgent } from '#test/ssh-agent.ts';
import { agentKey, agentSigner, sshAgentOf } from './ssh-agent.ts';
import { MAX_ANSWER_BYTES } from './ssh-agent-messages.ts';

const text = Buffer.from('released\n');
const SOFTHSM = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/softhsm/libsofthsm2.so'].find(existsSync);
const asked = (socket: string | null, timeoutMs = 5000) => ({ socket, timeoutMs });
const plain = (line: string) => line.split(' ').slice(0, 2).join(' ');
const refusedWith = (code: string) => expect.objectContaining({ code }) as unknown;

async function signed(agent: TestAgent, wanted: string): Promise<string> {
  const signer = agentSigner(asked(agent.socket), await agentKey(asked(agent.socket), wanted));
  return statementSigner(await signStatement(signer, 'approval@icarus', text), 'approval@icarus', text);
}

const noAgent = !hasTools('ssh-agent', 'ssh-add', 'ssh-keygen');
describe.skipIf(noAgent)('an ssh-agent (skipped where OpenSSH’s tools are absent)', () => {
  test('signs with a key that its file protects by a passphrase', async () => {
    using agent = await testAgent();
    agent.run('ssh-keygen', '-q', '-t', 'ed25519', '-N', TEST_PIN, '-C', 'dk office', '-f', 'key');
    agent.run('ssh-add', '-q', 'key');
    const publicKey = agent.run('ssh-keygen', '-y', '-P', TEST_PIN, '-f', 'key').trim();
    expect(await agentKey(asked(agent.socket), fingerprint(publicKey))).toBe(publicKey);
    expect(await signed(agent, publicKey)).toBe(plain(publicKey));
    agent.run('ssh-add', '-q', '-D');
    const signer = agentSigner(asked(agent.socket), publicKey);
    await expect(signer.sign(text)).rejects.toEqual(refusedWith('signing/key-not-in-agent'));
    await agent.stop();
    await expect(signer.sign(text)).rejects.toEqual(refusedWith('signing/agent-unreachable'));
  });

  test('signs with ECDSA on P-256, among keys of types that do not sign here', async () => {
    using agent = await testAgent();
    agent.run('ssh-keygen', '-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', 'rsa');
    agent.run('ssh-keygen', '-q', '-t', 'ecdsa', '-b', '256', '-N', '', '-f', 'p256');
    agent.run('ssh-add', '-q', 'rsa', 'p256');
    const publicKey = agent.run('ssh-keygen', '-y', '-f', 'p256').trim();
    expect(await signed(agent, fingerprint(publicKey))).toBe(plain(publicKey));
    const rsa = agent.run('ssh-keygen', '-l', '-f', 'rsa.pub').split(' ')[1] ?? '';
    await expect(agentKey(asked(agent.socket), rsa)).rejects.toEqual(refusedWith('signing/key-not-in-agent'));
  });

  test('that is not confirmed by a person signs nothing, and this is what is said', async () => {
    using agent = await testAgent({ SSH_ASKPASS: '/bin/false' });
    const { privateKey, publicKey } = generateSigningKey('asks');
    agent.run('ssh-add', '-q', '-c', agent.place('key', privateKey));
    await expect(agentSigner(asked(agent.socket), publicKey).sign(text)).rejects.toEqual(
      refusedWith('signing/agent-refused'),
    );
  });

  test('that is locked says that it holds nothing', async () => {
    using agent = await testAgent();
    const { privateKey, publicKey } = generateSigningKey('locked');
    agent.run('ssh-add', '-q', agent.place('key', privateKey));
    agent.run('ssh-add', '-q', '-x');
    await expect(agentSigner(asked(agent.socket), publicKey).sign(text)).rejects.toEqual(
      refusedWith('signing/key-not-in-agent'),
    );
  });

  const noToken = SOFTHSM === undefined || !hasTools('softhsm2-util');
  test.skipIf(noToken)('signs with a key on a PKCS#11 token (skipped where SoftHSM is absent)', async () => {
    using agent = await testAgent();
    mkdirSync(join(agent.folder, 'tokens'));
    agent.place('softhsm2.conf', `directories.tokendir = ${join(agent.folder, 'tokens')}\n`);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    agent.place('key.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
    const token = ['--pin', TEST_PIN, '--label', 'dk'];
    agent.run('softhsm2-util', '--init-token', '--free', ...token, '--so-pin', TEST_PIN);
    agent.run('softhsm2-util', '--import', 'key.pem', '--token', 'dk', ...token, '--id', '01');
    agent.run('ssh-add', '-q', '-s', SOFTHSM ?? '');
    const [line = ''] = agent.run('ssh-add', '-L').split('\n');
    expect(line).toMatch(/^ecdsa-sha2-nistp256 /);
    expect(await signed(agent, line)).toBe(plain(line));
    agent.run('ssh-add', '-q', '-e', SOFTHSM ?? '');
    await expect(signed(agent, line)).rejects.toEqual(refusedWith('signing/key-not-in-agent'));
  });
});

describe('a program that is no agent', () => {
  const folder = mkdtempSync(join(tmpdir(), 'icarus-no-agent-'));
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
    rmSync(join(folder, 'socket'), { force: true });
  });
  const { publicKey } = generateSigningKey('nobody');
  const signer = agentSigner(asked(join(folder, 'socket'), 200), publicKey);
  async function answers(answer: Uint8Array | undefined): Promise<void> {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      if (answer) socket.end(answer);
    });
    await new Promise<void>((resolve) => server?.listen(join(folder, 'socket'), resolve));
  }

  test.each([
    ['says nothing', undefined, 'signing/agent-unreachable'],
    ['hangs up in the middle', Uint8Array.of(0, 0, 0, 9, 14), 'signing/agent-unreachable'],
    ['promises too much', uint32(MAX_ANSWER_BYTES), 'signing/agent-unreachable'],
    ['answers another question', sshString(Uint8Array.of(6)), 'signing/agent-answer-invalid'],
    [
      'signs with nothing',
      sshString(concatBytes([Uint8Array.of(14), sshString(sshString('ssh-ed25519'))])),
      'signing/agent-answer-invalid',
    ],
  ])('which %s is not believed', async (_, answer, code) => {
    await answers(answer);
    await expect(signer.sign(text)).rejects.toEqual(refusedWith(code));
  });

  test('and one that is nowhere, or not named, is told apart', async () => {
    await expect(signer.sign(text)).rejects.toEqual(refusedWith('signing/agent-unreachable'));
    const unnamed = agentSigner(sshAgentOf({}, {}), publicKey);
    await expect(unnamed.sign(text)).rejects.toEqual(refusedWith('signing/no-agent'));
    expect(sshAgentOf({ signingAgent: '/run/a' }, { SSH_AUTH_SOCK: '/run/b' }).socket).toBe('/run/a');
    expect(sshAgentOf({}, { SSH_AUTH_SOCK: '/run/b' }).socket).toBe('/run/b');
  });
});
