import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { IcarusError } from '#core/errors.ts';
import type { Log } from './log.ts';
import { lookRegularly } from './regular-look.ts';

function keeping() {
  const said: unknown[] = [];
  return { said, log: { warn: (...words: unknown[]) => void said.push(words) } as unknown as Log };
}

/** A look that goes on until it is told how it ended. */
function slowLook() {
  const open: { end(): void; fail(error: Error): void }[] = [];
  const look = () => new Promise<void>((end, fail) => void open.push({ end, fail }));
  return { open, look };
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await turn();
}

test('a look begins only when the last one has ended, however long that took', async () => {
  const { open, look } = slowLook();
  const options = { everyMs: 1, atOnce: true, failed: 'failed' };
  const regular = lookRegularly(keeping(), options, look);
  expect(open).toHaveLength(1);
  const ticked = new Promise((done) => setTimeout(done, 20));
  await ticked;
  expect(open).toHaveLength(1);
  open[0]?.end();
  await until(() => open.length === 2);
  open[1]?.end();
  await regular.stop();
});

test('a look that fails is said with its code, and the next one begins', async () => {
  const { open, look } = slowLook();
  const { said, log } = keeping();
  const regular = lookRegularly({ log }, { everyMs: 1, atOnce: true, failed: 'cannot look' }, look);
  open[0]?.fail(new IcarusError('database/unreachable'));
  await until(() => open.length === 2);
  open[1]?.fail(new TypeError('of a case'));
  await until(() => open.length === 3);
  open[2]?.end();
  await regular.stop();
  expect(said).toEqual([
    [{ err: 'database/unreachable' }, 'cannot look'],
    [{ err: 'TypeError' }, 'cannot look'],
  ]);
});

test('stopping waits for the look that goes on, and none begins after', async () => {
  const { open, look } = slowLook();
  const regular = lookRegularly(keeping(), { everyMs: 1, atOnce: true, failed: 'failed' }, look);
  let stopped = false;
  const stopping = regular.stop().then(() => {
    stopped = true;
  });
  await turn();
  expect(stopped).toBe(false);
  open[0]?.end();
  await stopping;
  expect(open).toHaveLength(1);
});
