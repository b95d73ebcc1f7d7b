/** One run of the crash harness: scene, traffic and kills together, settling, verdict. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFor } from '#exercise/log/random.ts';
import { openKillableDatabase } from './database.ts';
import { createKills, type Kills } from './killing.ts';
import { type Supervised, supervise } from './processes.ts';
import { openWork, type Records, readRecords } from './records.ts';
import { makeScene, type Scene } from './scene.ts';
import { createTraffic, type Traffic } from './traffic.ts';
import { judge, type Verdict } from './verdict.ts';

export interface ChaosRequest {
  readonly kills: number;
  /** Longest time of killing. */
  readonly minutes: number;
  readonly seed: string;
  readonly folder: string;
  readonly say: (line: string) => void;
}

export interface ChaosResult {
  readonly request: Omit<ChaosRequest, 'say'>;
  readonly kills: Kills;
  readonly endedByThemselves: number;
  readonly orders: number;
  readonly told: number;
  readonly records: readonly Records[];
  readonly verdict: Verdict;
  readonly seconds: { readonly killing: number; readonly settling: number };
}

/** Generous: a machine that does much else must not fail the proof. */
const READY_WITHIN_MS = 180_000;
const SETTLE_WITHIN_MS = 600_000;
/** Between two orders. */
const ORDER_EVERY_MS = 60;
/** Orders wait while so much is still on its way: the proof is about kills, not about a growing heap of work. */
const MOST_OPEN = 150;

export async function runChaos(request: ChaosRequest): Promise<ChaosResult> {
  const { folder, seed, say } = request;
  await mkdir(join(folder, 'data'), { mode: 0o711 });
  const database = await openKillableDatabase(join(folder, 'data'));
  const scene = await makeScene(database, folder);
  const random = (purpose: string) => randomFor(seed, purpose);
  const processes: Supervised[] = [];
  const processOf = (agencyId: string) => processes.find(({ name }) => name === `${agencyId} node`);
  const traffic = createTraffic(scene.nodes, processOf, random('traffic'));
  try {
    for (const node of scene.nodes) {
      for (const role of ['node', 'worker'] as const) {
        const logFile = join(folder, `${node.agencyId}-${role}.log`);
        const settings = { ...node, role, logFile, operationId: scene.operationId };
        processes.push(supervise(`${node.agencyId} ${role}`, settings, (word) => traffic.hear(word)));
      }
    }
    await Promise.all(processes.map((each) => each.untilReady(READY_WITHIN_MS)));
    const kills = createKills({ processes, database, random: random('kills') });
    const killing = await timed(() => killUnderTraffic(request, { kills, traffic, scene }));
    const endedByThemselves = processes.reduce((sum, each) => sum + each.endedByItself, 0);
    say(`${kills.total} kills in ${killing.toFixed(0)} s; settling`);
    const settling = await timed(() => settle(scene, processes));
    await Promise.all(processes.map((each) => each.stop()));
    const records = await Promise.all(scene.nodes.map(readRecords));
    const { entries, told } = traffic.ledger;
    return {
      request,
      kills,
      endedByThemselves,
      orders: entries.size,
      told,
      records,
      verdict: judge(entries, records),
      seconds: { killing, settling },
    };
  } finally {
    await Promise.all(processes.map((each) => each.stop()));
    await database.stop();
  }
}

async function killUnderTraffic(
  { kills: wanted, minutes, say }: ChaosRequest,
  { kills, traffic, scene }: { kills: Kills; traffic: Traffic; scene: Scene },
): Promise<void> {
  const ended = new AbortController();
  const stream = sendUntil(ended.signal, traffic, scene);
  try {
    let shown = 0;
    const end = Date.now() + minutes * 60_000;
    while (kills.total < wanted && Date.now() < end) {
      await kills.round(wanted);
      if (kills.total - shown >= 50) {
        shown = kills.total;
        say(
          `${kills.total} kills, ${traffic.ledger.told} of ${traffic.ledger.entries.size} orders told done`,
        );
      }
    }
  } finally {
    ended.abort();
    await stream;
  }
}

async function sendUntil(signal: AbortSignal, traffic: Traffic, scene: Scene): Promise<void> {
  let open = 0;
  for (let turn = 0; !signal.aborted; turn++) {
    // While the database is down, what is open is not known: as before.
    if (turn % 20 === 0) open = await openInAll(scene).catch(() => open);
    if (open < MOST_OPEN) traffic.sendOne();
    await sleep(ORDER_EVERY_MS);
  }
}

async function openInAll(scene: Scene): Promise<number> {
  const open = await Promise.all(scene.nodes.map(openWork));
  return open.reduce((sum, each) => sum + each, 0);
}

/** Everything is started once more, and nothing is killed until no node has work left; longest {@link SETTLE_WITHIN_MS}. */
async function settle(scene: Scene, processes: readonly Supervised[]): Promise<void> {
  for (const each of processes) each.kill();
  await sleep(50);
  await Promise.all(processes.map((each) => each.untilReady(READY_WITHIN_MS)));
  const end = Date.now() + SETTLE_WITHIN_MS;
  // Twice in a row: while one node is asked, another may just have handed over.
  for (let quiet = 0; quiet < 3 && Date.now() < end; await sleep(200)) {
    quiet = (await openInAll(scene)) === 0 ? quiet + 1 : 0;
  }
}

async function timed(act: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await act();
  return (performance.now() - start) / 1000;
}
