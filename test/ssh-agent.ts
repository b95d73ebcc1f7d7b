/** A real ssh-agent for tests, in a folder of its own, with the tools that load keys into it. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Answers every question of ssh-add and ssh-agent, so that none waits for a person. */
export const TEST_PIN = '123456';

export interface TestAgent extends Disposable {
  readonly folder: string;
  readonly socket: string;
  /** Runs a tool with the agent in its environment. */
  run(tool: string, ...args: string[]): string;
  /** Writes a file into the folder, readable by its owner. */
  place(name: string, content: string): string;
  /** The agent alone goes; the folder stays. */
  stop(): Promise<void>;
}

export function hasTools(...tools: readonly string[]): boolean {
  return tools.every((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0);
}

/** @param environment what the agent itself sees besides */
export async function testAgent(environment: Readonly<Record<string, string>> = {}): Promise<TestAgent> {
  const folder = mkdtempSync(join(tmpdir(), 'icarus-agent-'));
  const socket = join(folder, 'socket');
  const place = (name: string, content: string, mode = 0o600) => {
    writeFileSync(join(folder, name), content, { mode });
    return join(folder, name);
  };
  const askpass = `#!/bin/sh\necho ${TEST_PIN}\n`;
  const env = {
    ...process.env,
    SSH_AUTH_SOCK: socket,
    SSH_ASKPASS: place('askpass', askpass, 0o700),
    SSH_ASKPASS_REQUIRE: 'force',
    SOFTHSM2_CONF: join(folder, 'softhsm2.conf'),
  };
  const agent = spawn('ssh-agent', ['-D', '-a', socket], {
    env: { ...env, ...environment },
    stdio: 'ignore',
  });
  // The socket is there before anybody listens on it; `ssh-add -l` says 2 while it reaches no agent.
  await until(() => existsSync(socket) && spawnSync('ssh-add', ['-l'], { env }).status !== 2);
  return {
    folder,
    socket,
    place,
    run: (tool, ...args) =>
      execFileSync(tool, args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    stop: () => stopped(agent),
    [Symbol.dispose]() {
      agent.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function stopped(agent: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => agent.once('exit', resolve));
  agent.kill();
  await gone;
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 200) throw new Error('the agent did not start');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
