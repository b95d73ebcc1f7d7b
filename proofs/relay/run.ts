/**
 * A large message from the lead to a national unit, by a coordinator that is killed while the message comes to it
 * and again while it passes it on. Three processes, each with its own data, database and certificate.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { generateSigningKey } from '#seal/keys.ts';
import { openByHand } from './officer.ts';
import { makeSite, type Site } from './site.ts';
import { makeWire, type Wire } from './wire.ts';

export interface RelayRequest {
  readonly sizeBytes: number;
  /** An empty folder that the database's user can walk into. */
  readonly folder: string;
  say(line: string): void;
}

export interface RelayResult {
  readonly sizeBytes: number;
  /** From the command that sends it to the receipt at the sender, kills and restarts included. */
  readonly seconds: number;
  readonly kills: readonly { readonly during: string; readonly atBytes: number }[];
  /** Bytes that went over the wire to the agency, all of TLS and HTTP included. */
  readonly wire: { readonly coordinator: number; readonly unit: number };
  readonly checks: readonly { readonly what: string; readonly ok: boolean; readonly detail: string }[];
}

const CODE_NAME = 'RELAY';
const LEAD = ['dk', 'Denmark', 'DK'] as const;
const COORDINATOR = ['europol', 'Europol'] as const;
const UNIT = ['mt', 'Malta', 'MT'] as const;

export async function runRelay(request: RelayRequest): Promise<RelayResult> {
  const { folder, say, sizeBytes } = request;
  const [lead, coordinator, unit] = await Promise.all(
    [LEAD, COORDINATOR, UNIT].map(([id]) => makeSite(id, folder)),
  );
  if (!lead || !coordinator || !unit) throw new Error('unreachable');
  const sites = [lead, coordinator, unit] as const;
  await using toLead = await makeWire(lead.peerPort);
  await using toCoordinator = await makeWire(coordinator.peerPort);
  await using toUnit = await makeWire(unit.peerPort);
  const wires = { lead: toLead, coordinator: toCoordinator, unit: toUnit };
  try {
    say('setting up three nodes');
    const officers = await setUp(sites, [toLead, toCoordinator, toUnit], folder);
    say(`making a file of ${sizeBytes} random bytes`);
    const file = join(folder, 'log.bin');
    const sha256 = await makeFile(file, sizeBytes);
    const sent = await sendAndKill({ sites, wires, officers, file, request });
    const checks = await judge({ sites, wires, sent, sha256, request, officers });
    return {
      sizeBytes,
      seconds: sent.seconds,
      kills: sent.kills,
      wire: { coordinator: toCoordinator.bytes(), unit: toUnit.bytes() },
      checks,
    };
  } finally {
    for (const site of sites) await site.stop();
  }
}

type Sites = readonly [lead: Site, coordinator: Site, unit: Site];
type Wires = Readonly<Record<'lead' | 'coordinator' | 'unit', Wire>>;

/** As docs/node.md says: init, serve, cards, operation, officers. @returns the key file of an officer of each, who may send */
async function setUp(sites: Sites, wires: readonly Wire[], folder: string): Promise<string[]> {
  for (const [index, site] of sites.entries()) {
    const [id, name, country] = [LEAD, COORDINATOR, UNIT][index] ?? [];
    const address = `https://127.0.0.1:${wires[index]?.port ?? 0}`;
    const of = country === undefined ? [] : ['--country', country];
    await site.icarus('init', '--id', id ?? '', '--name', name ?? '', ...of, '--address', address);
  }
  await Promise.all(sites.map((site) => site.start()));
  for (const site of sites)
    await site.icarus('agency', 'card', '--out', join(folder, `${site.id}.card.json`));
  for (const site of sites)
    for (const other of sites)
      if (other !== site) await site.icarus('agency', 'add', join(folder, `${other.id}.card.json`), '--yes');
  const [lead, coordinator, unit] = sites;
  const operation = await lead.icarus<object>(
    'operation',
    'create',
    '--code-name',
    CODE_NAME,
    '--lead',
    lead.id,
    '--coordinator',
    coordinator.id,
    '--participant',
    'mt:MT',
    '--start',
    '2026-11-01T00:00:00Z',
    '--handling',
    'H0',
    '--exercise',
  );
  const operationFile = join(folder, 'operation.json');
  await writeFile(operationFile, JSON.stringify(operation));
  for (const site of [coordinator, unit]) await site.icarus('operation', 'create', '--file', operationFile);
  const officers: string[] = [];
  for (const site of sites) {
    const { officerId } = await site.icarus<{ officerId: string }>('officer', 'add', `Officer ${site.id}`);
    for (const role of ['investigator', 'liaison', 'auditor'])
      await site.icarus('officer', 'grant', officerId, role, '--operation', CODE_NAME);
    const { code } = await site.icarus<{ code: string }>('officer', 'enrol', officerId);
    const key = join(folder, `${site.id}.officer-key`);
    await writeFile(key, generateSigningKey(officerId).privateKey, { mode: 0o600 });
    await site.icarus('key', 'enrol', '--code', code, '--key', key);
    officers.push(key);
  }
  return officers;
}

/** Random bytes, which nothing on the way can make smaller. */
async function makeFile(path: string, sizeBytes: number): Promise<string> {
  const hash = createHash('sha256');
  const block = randomBytes(16 * 1024 ** 2);
  const handle = await open(path, 'wx');
  for (let left = sizeBytes; left > 0; left -= block.length) {
    block.writeUInt32LE(left >>> 0, 0);
    const part = block.subarray(0, Math.min(left, block.length));
    hash.update(part);
    await handle.write(part);
  }
  await handle.close();
  return hash.digest('hex');
}

interface Sending {
  readonly sites: Sites;
  readonly wires: Wires;
  readonly officers: readonly string[];
  readonly file: string;
  readonly request: RelayRequest;
}

interface Sent {
  readonly messageId: string;
  readonly createdAt: string;
  readonly seconds: number;
  readonly kills: RelayResult['kills'];
}

async function sendAndKill({ sites, officers, file, request }: Sending): Promise<Sent> {
  const [lead, coordinator, unit] = sites;
  const { sizeBytes, say } = request;
  const startedAt = performance.now();
  const { messageId } = await lead.icarus<{ messageId: string }>(
    'message',
    'send',
    '--to',
    unit.id,
    '--subject',
    'Log of the relay',
    '--text',
    'See attachment.',
    '--attach',
    file,
    '--operation',
    CODE_NAME,
    '--key',
    officers[0] ?? '',
  );
  await rm(file);
  say(`${messageId} is sealed; it goes to the coordinator`);
  const kills: { during: string; atBytes: number }[] = [];
  for (const [during, site] of [
    ['while it came to the coordinator', coordinator],
    ['while the coordinator passed it on', unit],
  ] as const) {
    const atBytes = await reached(site, 0.4 * sizeBytes);
    await coordinator.kill();
    kills.push({ during, atBytes });
    say(`the coordinator was killed ${during}, at ${atBytes} bytes`);
    await sleep(500);
    await coordinator.start();
  }
  const message = await acknowledged(lead, messageId, officers[0] ?? '');
  const seconds = (performance.now() - startedAt) / 1000;
  say(`the receipt is at the lead after ${seconds.toFixed(0)} s`);
  return { messageId, createdAt: message.createdAt, seconds, kills };
}

async function reached(site: Site, bytes: number): Promise<number> {
  for (;;) {
    const here = await site.inboxBytes();
    if (here >= bytes) return here;
    await sleep(20);
  }
}

interface SentMessage {
  readonly messageId: string;
  readonly createdAt: string;
  readonly sizeBytes: number;
  readonly deliveries: readonly { readonly state: string }[];
}

async function acknowledged(lead: Site, messageId: string, officer: string): Promise<SentMessage> {
  for (;;) {
    const { messages } = await lead.icarus<{ messages: SentMessage[] }>(
      'outbox',
      'list',
      '--kind',
      'message',
      '--operation',
      CODE_NAME,
      '--key',
      officer,
    );
    const found = messages.find((one) => one.messageId === messageId);
    const state = found?.deliveries[0]?.state;
    if (found && state === 'acknowledged') return found;
    if (state === 'refused') throw new Error('the message was refused');
    // Each look is a process of its own that the nodes share the machine with.
    await sleep(5000);
  }
}

/** TLS and HTTP, receipts and cards: a few bytes in a thousand. */
const FRAMING = 1.03;
/** What a kill may cost, for each wire: the part that was under way, sent again. */
const PART_BYTES = 32 * 1024 ** 2;

async function judge(about: {
  readonly sites: Sites;
  readonly wires: Wires;
  readonly sent: Sent;
  readonly sha256: string;
  readonly request: RelayRequest;
  readonly officers: readonly string[];
}): Promise<RelayResult['checks']> {
  const { sites, wires, sent, sha256, request } = about;
  const { sizeBytes, folder, say } = request;
  const checks: { what: string; ok: boolean; detail: string }[] = [
    { what: "the recipient's receipt is at the sender", ok: true, detail: sent.messageId },
  ];
  for (const [name, wire] of [
    ['coordinator', wires.coordinator],
    ['national unit', wires.unit],
  ] as const) {
    const times = wire.bytes() / sizeBytes;
    checks.push({
      what: `the transfer to the ${name} was resumed, not begun anew`,
      ok: wire.bytes() < FRAMING * sizeBytes + sent.kills.length * PART_BYTES,
      detail: `${times.toFixed(3)} times its size went over the wire`,
    });
  }
  say('the officer opens it by hand');
  const content = await opened(sites[2], { sent, folder });
  checks.push({
    what: 'ssh-keygen, tar, age and sha512sum open it, as docs/formats/sealed-package.md says',
    ok: content === sha256,
    detail: `SHA-256 of what they unpacked: ${content.slice(0, 16)}…`,
  });
  for (const [index, site] of sites.entries())
    checks.push(await logAgrees(site, about.officers[index] ?? ''));
  return checks;
}

/** @returns the SHA-256 of the largest file that the officer unpacked */
async function opened(unit: Site, { sent, folder }: { sent: Sent; folder: string }): Promise<string> {
  const inbox = join(unit.home, 'inbox');
  const sealed = (await bySize(inbox))[0] ?? '';
  const data = await openByHand({
    folder: join(folder, 'officer'),
    sealed: join(inbox, sealed),
    messageId: sent.messageId,
    createdAt: sent.createdAt,
    senderCard: join(folder, 'dk.card.json'),
    identities: join(unit.home, 'keys', 'age-identities.txt'),
  });
  const largest = (await bySize(data))[0] ?? '';
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(join(data, largest))) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

async function bySize(folder: string): Promise<string[]> {
  const sized: { name: string; size: number }[] = [];
  for (const name of await readdir(folder, { recursive: true })) {
    const found = await stat(join(folder, name));
    if (found.isFile()) sized.push({ name, size: found.size });
  }
  return sized.sort((a, b) => b.size - a.size).map(({ name }) => name);
}

async function logAgrees(site: Site, officer: string) {
  const what = `icarus custody verify agrees on the node ${site.id}`;
  try {
    const answer = await site.icarus('custody', 'verify', '--key', officer);
    return { what, ok: true, detail: JSON.stringify(answer).slice(0, 200) };
  } catch (error) {
    return { what, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
