import { QueryClient } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { forget, nextEnd } from './session-end.ts';

const MINUTE = 60_000;
const asked = { wallMs: 1_000_000, pageMs: 5000 };
const later = (minutes: number, byPage = minutes) => ({
  wallMs: asked.wallMs + minutes * MINUTE,
  pageMs: asked.pageMs + byPage * MINUTE,
});

it('a session ends unused or in any case, whatever comes first', () => {
  const session = { left: { unusedMs: 30 * MINUTE, latestMs: 720 * MINUTE }, asked };
  expect(nextEnd(session, later(10))).toEqual({ why: 'unused', inMs: 20 * MINUTE });
  const late = { left: { unusedMs: 30 * MINUTE, latestMs: 5 * MINUTE }, asked };
  expect(nextEnd(late, later(10))).toEqual({ why: 'latest', inMs: -5 * MINUTE });
});

it('neither a machine that slept nor a clock that was set back prolongs it', () => {
  const session = { left: { unusedMs: 30 * MINUTE, latestMs: 720 * MINUTE }, asked };
  expect(nextEnd(session, later(31, 1))?.inMs).toBe(-MINUTE);
  expect(nextEnd(session, later(-600, 31))?.inMs).toBe(-MINUTE);
});

it('when a session ends, the page keeps nothing but what the node tells everybody', async () => {
  const client = new QueryClient();
  client.setQueryData(['nodes'], 'which agencies are here');
  client.setQueryData(['ways', 'mt'], 'a provider');
  client.setQueryData(['mt', 'session'], 'Officer MT-1');
  client.setQueryData(['mt', 'targets', { text: 'somebody' }], 'case data');
  client.setQueryData(['anything else'], 'case data');
  await client
    .getMutationCache()
    .build(client, { mutationFn: async () => 'token' })
    .execute('typed words');
  forget(client, 'mt', 'unused');
  const kept = client
    .getQueryCache()
    .getAll()
    .map(({ queryKey, state }) => [queryKey, state.data]);
  expect(kept).toEqual([
    [['nodes'], 'which agencies are here'],
    [['ways', 'mt'], 'a provider'],
    [['mt', 'session'], 'unused'],
  ]);
  expect(client.getMutationCache().getAll()).toEqual([]);
});
