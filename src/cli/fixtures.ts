/** Running the real binary, as a person or a script does. */
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterFolder } from '#platform/postgres-cluster.ts';
import { generateSigningKey } from '#seal/keys.ts';
import { quickFolder } from '#test/quick-folder.ts';

const BINARY = join(import.meta.dirname, '../../bin/icarus.mjs');

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Desk extends AsyncDisposable {
  readonly folder: string;
  /** Runs `icarus` with these arguments on the desk's data directory. */
  icarus(...args: string[]): Promise<Ended>;
  /** The JSON that a command prints which must succeed. */
  json<T>(...args: string[]): Promise<T>;
  /** Enrols a new key for the officer. @returns the options with which he gives commands */
  enrolled(officerId: string, as?: readonly string[]): Promise<string[]>;
  /** Starts a command that runs until it is told to end. */
  start(...args: string[]): Running;
}

export interface Running {
  /** Waits until standard error has this text. @returns all of it so far */
  said(text: string): Promise<string>;
  /** Resolves when it has ended by itself. */
  readonly ended: Promise<Ended>;
  /** Ctrl-C; resolves when it has ended. */
  interrupt(): Promise<Ended>;
}

/** A temporary folder with a data directory that another user's PostgreSQL can walk into. */
export async function desk(environment: Readonly<Record<string, string>> = {}): Promise<Desk> {
  const folder = await mkdtemp(join(await quickFolder(), 'icarus-cli-'));
  await chmod(folder, 0o711);
  const dataDir = join(folder, 'data');
  const own = { ICARUS_DATA_DIR: dataDir, XDG_CONFIG_HOME: join(folder, 'config') };
  const start = (args: readonly string[]) => run(args, folder, { ...environment, ...own });
  const icarus = (...args: string[]) => start(args).ended;
  const json = async <T>(...args: string[]): Promise<T> => {
    const { exitCode, stdout, stderr } = await icarus(...args, '--json');
    if (exitCode !== 0) throw new Error(`icarus ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
    return JSON.parse(stdout) as T;
  };
  return {
    folder,
    icarus,
    json,
    async enrolled(officerId, as = []) {
      const file = join(folder, `${officerId}.key`);
      await writeFile(file, generateSigningKey(officerId).privateKey, { mode: 0o600 });
      const { code } = await json<{ code: string }>('officer', 'enrol', officerId, ...as);
      await json('key', 'enrol', '--code', code, '--key', file);
      return ['--key', file];
    },
    start: (...args) => start(args),
    async [Symbol.asyncDispose]() {
      await rm(clusterFolder(dataDir), { recursive: true, force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function run(args: readonly string[], cwd: string, environment: Readonly<Record<string, string>>): Running {
  const {
    ICARUS_OFFICER: _officer,
    ICARUS_KEY: _key,
    DATABASE_URL: _database,
    ICARUS_DATABASE_OWNER_URL: _owner,
    ICARUS_CONFIG: _file,
    ...inherited
  } = process.env;
  const child = spawn(process.execPath, [BINARY, ...args], {
    cwd,
    env: { ICARUS_REASON: 'Test of the command line', ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((done) =>
    child.once('close', (exitCode) => done({ exitCode, stdout, stderr })),
  );
  return {
    ended,
    said: (text) =>
      new Promise((done, failed) => {
        const look = () => stderr.includes(text) && done(stderr);
        child.stderr.on('data', look);
        child.once('close', () => failed(new Error(`it ended without saying "${text}": ${stderr}`)));
        look();
      }),
    interrupt() {
      child.kill('SIGINT');
      return ended;
    },
  };
}
