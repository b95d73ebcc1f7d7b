import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROUTE_ACCESS } from '#access/route-access.ts';
import { CHECKS } from '#assembly/condition/types.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { type SignInNode, signInNode } from '#server/fixtures.ts';

let node: SignInNode;
let cookie: string;
let outsider: string;
beforeAll(async () => {
  node = await signInNode({}, { work: true });
  cookie = (await node.enrolled((await node.officer('chief', [['administrator', null]])).code)).cookie;
  const press = await node.officer('press', [['press', `operation_${'a'.repeat(26)}` as OperationId]]);
  outsider = (await node.enrolled(press.code)).cookie;
});
afterAll(() => node[Symbol.asyncDispose]());

const scrape = async (): Promise<{ text: string; type: string | null }> => {
  const answer = await fetch(`${node.statusUrl}/metrics`);
  return { text: await answer.text(), type: answer.headers.get('content-type') };
};

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * The samples of an exposition, held to the grammar of OpenMetrics 1.0.0 (section "Text format"): families one
 * after the other, each described once before its samples, and an end.
 */
function readOpenMetrics(text: string): Sample[] {
  const lines = text.split('\n');
  expect(lines.slice(-2)).toEqual(['# EOF', '']);
  const suffixes: Record<string, string[]> = {
    counter: ['_total', '_created'],
    gauge: [''],
    histogram: ['_bucket', '_sum', '_count', '_created'],
    summary: ['', '_sum', '_count', '_created'],
    info: ['_info'],
    unknown: [''],
  };
  const seen = new Set<string>();
  let family: { name: string; type: string } | undefined;
  return lines.slice(0, -2).flatMap((line) => {
    const described = /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line);
    if (described) {
      const [, what, name = '', rest = ''] = described;
      if (name !== family?.name) expect(seen, line).not.toContain(name);
      seen.add(name);
      family = { name, type: what === 'TYPE' ? rest : name === family?.name ? family.type : 'unknown' };
      if (what === 'TYPE') expect(Object.keys(suffixes), line).toContain(rest);
      return [];
    }
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?[\d.]+(?:e[+-]?\d+)?|nan|[+-]inf)$/i.exec(line);
    expect(sample, line).not.toBeNull();
    const [, name = '', inner = '', value = ''] = sample ?? [];
    const allowed = (suffixes[family?.type ?? ''] ?? []).map((suffix) => `${family?.name}${suffix}`);
    expect(allowed, line).toContain(name);
    const labels = [...inner.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/g)];
    expect(labels.map(([whole]) => whole).join(''), line).toBe(inner);
    return [
      { name, labels: Object.fromEntries(labels.map(([, key, text]) => [key, text])), value: Number(value) },
    ];
  });
}

test('metrics are an exposition of OpenMetrics, and say that they are', async () => {
  const { text, type } = await scrape();
  expect(type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  const names = new Set(readOpenMetrics(text).map(({ name }) => name));
  for (const name of [
    'icarus_requests_total',
    'icarus_request_seconds_bucket',
    'icarus_outbox_waiting',
    'icarus_outbox_oldest_seconds',
    'icarus_receipts_overdue',
    'icarus_inbox_waiting',
    'icarus_jobs_waiting',
    'icarus_jobs_failed',
    'icarus_custody_log_size',
    'icarus_custody_forks_open',
    'icarus_disk_free_bytes',
    'icarus_database_pool_open',
    'icarus_clock_apart_seconds',
    'nodejs_eventloop_lag_seconds',
    'process_resident_memory_bytes',
  ])
    expect(names).toContain(name);
});

test('requests are counted by the pattern of their route and the class of their status', async () => {
  const count = async (route: string, status: string): Promise<number> =>
    readOpenMetrics((await scrape()).text).find(
      ({ name, labels }) =>
        name === 'icarus_requests_total' && labels['route'] === route && labels['status'] === status,
    )?.value ?? 0;
  const before = [
    await count('GET /api/officers', '2xx'),
    await count('GET /api/officers', '4xx'),
    await count('none', '4xx'),
  ];
  await node.ask('/officers', { cookie });
  await node.ask('/officers', { cookie: outsider });
  await node.ask('/nothing/of/mine', { cookie });
  const after = [
    await count('GET /api/officers', '2xx'),
    await count('GET /api/officers', '4xx'),
    await count('none', '4xx'),
  ];
  expect(after.map((value, index) => value - (before[index] ?? 0))).toEqual([1, 1, 1]);
});

test('no label holds an id, a name or anything that stands in an address', async () => {
  const planted = ['plantedname', 'operation_zzzzzzzzzzzzzzzzzzzzzzzzzz', 'officer_planted', '198.51.100.77'];
  for (const word of planted) {
    await node.ask(`/operations/${word}/letters/${word}`, { cookie });
    await node.ask(`/${word}?q=${word}`, {
      cookie,
      headers: { 'x-forwarded-for': word, 'user-agent': word },
    });
    await fetch(`${node.url}/nodes/${word}/api/session`);
  }
  await node.officer('plantedname');
  node.condition.clocks.heard('plantedname' as AgencyId, 'now', 600_000);
  const { text } = await scrape();
  for (const word of planted) expect(text).not.toContain(word);
  const routes = new Set([...Object.keys(ROUTE_ACCESS), 'none']);
  const known: Record<string, (value: string) => boolean> = {
    route: (value) => routes.has(value) || routes.has(value.replace(/^HEAD /, 'GET ')),
    status: (value) => /^[1-5]xx$/.test(value),
    check: (value) => (CHECKS as readonly string[]).includes(value),
    le: (value) => /^(\+Inf|[\d.]+)$/.test(value),
  };
  for (const { name, labels } of readOpenMetrics(text).filter(({ name }) => name.startsWith('icarus_')))
    for (const [label, value] of Object.entries(labels))
      expect(known[label]?.(value), `${name} ${label}=${value}`).toBe(true);
});

test('the port tells nothing to a page that brought its own name, changes nothing, and has three paths', async () => {
  const { request } = await import('node:http');
  const status = (
    path: string,
    options: { method?: string; host?: string } = {},
  ): Promise<number | undefined> =>
    new Promise((done, failed) => {
      const { host = '127.0.0.1', method = 'GET' } = options;
      const asked = request(`${node.statusUrl}${path}`, { method, headers: { host } }, (answer) => {
        answer.resume();
        done(answer.statusCode);
      });
      asked.once('error', failed).end();
    });
  expect(await status('/metrics', { host: 'evil.example' })).toBe(403);
  expect(await status('/metrics', { method: 'POST' })).toBe(405);
  expect(await status('/nodes/mt/api/session')).toBe(404);
  expect(await status('/ready', { host: 'localhost:4713' })).toBe(200);
});

test('anybody is told one word; what stands behind it, an administrator alone', async () => {
  expect(Object.keys((await (await fetch(`${node.url}/ready`)).json()) as object)).toEqual(['status']);
  expect((await node.ask('/condition')).status).toBe(401);
  expect((await node.ask('/condition', { cookie: outsider })).status).toBe(403);
  const { body } = await node.ask('/condition', { cookie });
  expect(body.checks.map(({ name }: { name: string }) => name).sort()).toEqual([...CHECKS].sort());
  expect(body.figures.logSize).toBeGreaterThan(0);
});
