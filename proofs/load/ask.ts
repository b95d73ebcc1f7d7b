/** Readers who ask, each one question at a time, and how long they waited. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page, Reader } from './readers.ts';

export interface Measured {
  readonly requests: number;
  readonly failed: number;
  /** Of failures, with their number. */
  readonly statuses: string;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
  readonly byPage: readonly { page: string; count: number; p50: number; p99: number }[];
}

interface Asking {
  readonly url: string;
  readonly seconds: number;
  /** Requests a second of all readers together, where the node keeps up: nobody asks before he has his answer. */
  readonly rate: number;
}

export async function askFor(readers: readonly Reader[], { url, seconds, rate }: Asking): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: readers.length });
  const times = new Map<string, number[]>();
  const failures = new Map<string, number>();
  const began = performance.now();
  const end = began + seconds * 1000;
  const everyMs = (readers.length / rate) * 1000;
  const read = async (reader: Reader, index: number): Promise<void> => {
    // Spread over one turn, so that they do not all ask at once.
    let due = began + (index / readers.length) * everyMs;
    for (let turn = index; due < end; turn += 7, due = Math.max(due + everyMs, performance.now())) {
      const waitMs = due - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      const page = reader.pages[turn % reader.pages.length];
      if (!page) return;
      const from = performance.now();
      const status = await ask(`${url}${page.path}`, reader.cookie, agent);
      const tookMs = performance.now() - from;
      note(times, page, tookMs);
      if (status < 200 || status >= 400)
        failures.set(`${page.name} ${status}`, (failures.get(`${page.name} ${status}`) ?? 0) + 1);
    }
  };
  await Promise.all(readers.map(read));
  const measuredSeconds = (performance.now() - began) / 1000;
  agent.destroy();
  const all = Float64Array.from([...times.values()].flat()).sort();
  return {
    requests: all.length,
    failed: [...failures.values()].reduce((sum, count) => sum + count, 0),
    statuses: [...failures].map(([what, count]) => `${what}: ${count}`).join(', '),
    seconds: measuredSeconds,
    p50Ms: at(all, 0.5),
    p99Ms: at(all, 0.99),
    slowestMs: at(all, 1),
    byPage: [...times]
      .map(([page, list]) => {
        const sorted = Float64Array.from(list).sort();
        return { page, count: list.length, p50: at(sorted, 0.5), p99: at(sorted, 0.99) };
      })
      .sort((a, b) => b.p50 * b.count - a.p50 * a.count),
  };
}

function note(times: Map<string, number[]>, { name }: Page, tookMs: number): void {
  const list = times.get(name);
  if (list) list.push(tookMs);
  else times.set(name, [tookMs]);
}

function at(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** @returns its status; 0 where there is no answer */
function ask(url: string, cookie: string, agent: Agent): Promise<number> {
  return new Promise((done) => {
    const asked = request(url, { agent, headers: { cookie } }, (response) => {
      response.resume().once('end', () => done(response.statusCode ?? 0));
    });
    asked.once('error', () => done(0));
    asked.end();
  });
}
