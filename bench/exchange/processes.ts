/** Processes of the benchmark of the exchange, and what they are asked. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

export interface BenchNode {
  readonly agencyId: string;
  readonly home: string;
  readonly databaseUrl: string;
  readonly port: number;
  readonly pollSeconds: number;
}

export type Ask =
  | { readonly do: 'open'; readonly nodes: readonly BenchNode[] }
  | {
      readonly do: 'small';
      readonly from: string;
      readonly to: string;
      readonly count: number;
      readonly window: number;
    }
  | {
      readonly do: 'large';
      readonly from: string;
      readonly coordinator: string;
      readonly units: string[];
      readonly sizeBytes: number;
      /** File with the content of each. */
      readonly bytes: string;
    }
  /** CPU seconds since the start of the process. */
  | { readonly do: 'cpu' };

export interface Answer {
  readonly seconds: number;
  readonly latencies: readonly number[];
  readonly cpuSeconds: number;
}

export interface BenchProcess {
  ask(ask: Ask): Promise<Answer>;
  end(): Promise<void>;
}

export function startProcess(profileTo?: string): BenchProcess {
  const child = fork(join(import.meta.dirname, '../exchange-child.ts'), [], {
    execArgv: profileTo ? ['--cpu-prof', `--cpu-prof-dir=${profileTo}`] : [],
  });
  return {
    ask: (ask) => asked(child, ask),
    async end() {
      const gone = new Promise((done) => child.once('exit', done));
      child.disconnect();
      await gone;
    },
  };
}

function asked(child: ChildProcess, ask: Ask): Promise<Answer> {
  return new Promise((done, failed) => {
    const onExit = (): void => failed(new Error('a process of the benchmark ended'));
    child.once('exit', onExit);
    child.once('message', (message: { result?: Answer; error?: string }) => {
      child.removeListener('exit', onExit);
      if (message.result) done(message.result);
      else failed(new Error(message.error));
    });
    child.send(ask);
  });
}
