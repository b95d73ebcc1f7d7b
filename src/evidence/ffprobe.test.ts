import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findFfprobe, videoLength } from './ffprobe.ts';

/** A program in ffprobe's place: what a hostile file could make of it. */
async function program(script: string) {
  const folder = await mkdtemp(join(tmpdir(), 'icarus-probe-'));
  const path = join(folder, 'probe');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return {
    probe: { program: path, version: 'test' },
    file: Buffer.from(path),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

test('says that ffprobe is not there', async () => {
  expect(await findFfprobe('/nowhere/ffprobe')).toBeUndefined();
});

test('reads the length from the open file, at low priority', async () => {
  await using made = await program('head -c 2 /dev/stdin >&2; [ "$(nice)" -ge 10 ] && echo 12.5');
  expect(await videoLength(made.probe, made.file)).toEqual({ seconds: 12.5 });
});

test('marks a file whose probing hangs, crashes, floods or states nothing, and goes on', async () => {
  await using hangs = await program('exec sleep 60');
  expect(await videoLength(hangs.probe, hangs.file, { timeoutMs: 200 })).toEqual({
    failure: 'ffprobe took too long',
  });
  await using crashes = await program('kill -SEGV $$');
  expect(await videoLength(crashes.probe, crashes.file)).toEqual({ failure: 'ffprobe ended with SIGSEGV' });
  await using floods = await program('exec yes');
  expect(await videoLength(floods.probe, floods.file)).toEqual({
    failure: 'ffprobe gave more than an answer',
  });
  await using silent = await program('echo N/A');
  expect(await videoLength(silent.probe, silent.file)).toEqual({ failure: 'the file states no length' });
  expect(await videoLength(silent.probe, Buffer.from('/nowhere'))).toEqual({
    failure: 'the file could not be opened any more',
  });
});

test.runIf((await findFfprobe()) !== undefined)('measures a drawn video', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'icarus-video-'));
  const path = join(folder, 'drawn.mp4');
  try {
    const draw = 'ffmpeg';
    execFileSync(draw, ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=duration=2:size=64x64:rate=5', path]);
    const probe = await findFfprobe();
    const length = probe && (await videoLength(probe, Buffer.from(path)));
    expect(length && 'seconds' in length && Math.round(length.seconds)).toBe(2);
  } finally {
    await rm(folder, { recursive: true });
  }
});
