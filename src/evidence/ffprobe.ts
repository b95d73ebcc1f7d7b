/**
 * Measuring a video's length with ffprobe, where it is installed. Seized files are hostile input: each
 * is given to a process of its own, at low priority, with limits on time and memory and no protocol but
 * `file`, and the process gets the open file, not its name. A crash or a hang marks the file.
 */
import { execFile, spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface Ffprobe {
  readonly program: string;
  /** First line of `ffprobe -version`, for reports. */
  readonly version: string;
}

/** The program, or undefined where it is not installed. */
export async function findFfprobe(program = 'ffprobe'): Promise<Ffprobe | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, ['-version'], { timeout: 10_000 });
    return { program, version: stdout.split('\n', 1)[0] ?? '' };
  } catch {
    return undefined;
  }
}

export type VideoLength = { readonly seconds: number } | { readonly failure: string };

export interface ProbeLimits {
  /** Default 30,000. */
  readonly timeoutMs?: number;
  /** Most address space. Default 2 GiB. */
  readonly memoryBytes?: number;
  readonly signal?: AbortSignal;
}

const MOST_OUTPUT = 1_000;

/** The length that the container of the video states. `path`: its bytes. */
export async function videoLength(
  probe: Ffprobe,
  path: Buffer,
  limits: ProbeLimits = {},
): Promise<VideoLength> {
  limits.signal?.throwIfAborted();
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch {
    return { failure: 'the file could not be opened any more' };
  }
  try {
    const said = await runProbe(probe, file, limits);
    if (typeof said !== 'string') return said;
    const seconds = Number(said.trim());
    return said.trim() !== '' && Number.isFinite(seconds) && seconds >= 0
      ? { seconds }
      : { failure: 'the file states no length' };
  } finally {
    await file.close();
  }
}

function runProbe(
  probe: Ffprobe,
  file: FileHandle,
  limits: ProbeLimits,
): Promise<string | { failure: string }> {
  const memoryKib = Math.floor((limits.memoryBytes ?? 2 * 1024 ** 3) / 1024);
  const question = [
    '-v',
    'error',
    '-protocol_whitelist',
    'file',
    '-show_entries',
    'format=duration',
    '-of',
    'default=nw=1:nk=1',
    '/dev/stdin',
  ];
  const script = `ulimit -v ${memoryKib}; exec nice -n 10 "$0" "$@"`;
  const { promise, resolve, reject } = Promise.withResolvers<string | { failure: string }>();
  const child = spawn('/bin/sh', ['-c', script, probe.program, ...question], {
    stdio: [file.fd, 'pipe', 'ignore'],
  });
  let output = '';
  let failure: string | undefined;
  const stop = (reason: string): void => {
    failure ??= reason;
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => stop('ffprobe took too long'), limits.timeoutMs ?? 30_000);
  const abort = (): void => stop('cancelled');
  limits.signal?.addEventListener('abort', abort, { once: true });
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.length > MOST_OUTPUT) stop('ffprobe gave more than an answer');
  });
  child.on('error', reject);
  child.on('close', (code, signal) => {
    clearTimeout(timer);
    limits.signal?.removeEventListener('abort', abort);
    if (limits.signal?.aborted) return reject(limits.signal.reason);
    if (failure !== undefined) return resolve({ failure });
    return resolve(code === 0 ? output : { failure: `ffprobe ended with ${signal ?? `code ${code}`}` });
  });
  return promise;
}
