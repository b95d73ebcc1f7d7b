/** The exercise: start it, and steer the one that runs. */
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { IcarusError } from '#core/errors.ts';
import type { StoryState } from '#exercise/control.ts';
import type { Config } from '#platform/config.ts';
import { wholeNumber } from './arguments.ts';
import { addCommand } from './commands.ts';
import { table } from './output.ts';
import { type ProgressBar, progressBar } from './progress.ts';
import { type CommandRun, runCommand } from './session.ts';

interface StartOptions {
  readonly observations: number;
  readonly seed: string;
  readonly pace: number;
  readonly fresh: boolean;
  readonly signedIn: boolean;
}

export function exerciseCommands(program: Command): void {
  const exercise = addCommand(
    program,
    'exercise',
    'a whole operation with synthetic data, on this machine',
    'icarus exercise start',
  );
  addCommand(
    exercise,
    'start',
    'start an exercise, or go on with the one that is here; Ctrl-C stops it',
    'npm start -- --observations 1000000 --seed drill-7 --pace 2',
  )
    .option('--observations <n>', 'rows of the synthetic log, 5,000 or more', wholeNumber, 100_000)
    .option('--seed <text>', 'the same seed gives the same log', '2011')
    .addOption(
      new Option('--pace <seconds>', 'how long a day of feedback takes; 0 = as fast as it goes')
        .argParser(seconds)
        .default(0.5),
    )
    .option(
      '--signed-in',
      'every officer signs in with a passkey, as on a real node; no desk is chosen',
      false,
    )
    .option('--fresh', 'begin again, deleting the exercise that is here', false)
    .action((options: StartOptions, command: Command) => runCommand(command, (run) => start(run, options)));

  const steering = {
    status: 'show where the story is',
    pause: 'stop before the next act',
    resume: 'go on',
    step: 'play to the end of the current step, then pause',
    reset: 'delete the nodes of the exercise and begin again',
  } as const;
  for (const [act, description] of Object.entries(steering)) {
    addCommand(exercise, act, description, `icarus exercise ${act}`).action(
      (_options: object, command: Command) =>
        runCommand(command, async ({ out, config }) => {
          const state = await ask(config, act);
          out.result(state, [...stateLines(state), `The story is ${state.state}.`]);
        }),
    );
  }
}

async function start({ out, config, signal }: CommandRun, options: StartOptions): Promise<void> {
  const { exerciseHome } = await import('#exercise/play.ts');
  const { serveExercise } = await import('#server/exercise-main.ts');
  const shown = storyPrinter(out.json);
  await serveExercise(
    config,
    {
      observations: options.observations,
      seed: options.seed,
      paceSeconds: options.pace,
      fresh: options.fresh,
      signedIn: options.signedIn,
      onListening(address) {
        out.note(
          options.signedIn
            ? `Icarus exercise. Open ${address} and sign in; codes for administrators will be in ${join(exerciseHome(config), 'administrators.csv')}.\n`
            : `Icarus exercise. Open ${address} and choose a desk; it can be watched from the beginning.\n`,
        );
        shown.address = address;
      },
      onState: shown.print,
    },
    signal,
  );
}

/** Prints each step once it is done, with a bar for the one that runs, and closes with the address. */
function storyPrinter(json: boolean): { address: string; print(state: StoryState): void } {
  const printed = new Set<string>();
  let bar: { id: string; line: ProgressBar } | undefined;
  let ended = '';
  const shown = {
    address: '',
    print(state: StoryState) {
      if (state.steps.every((step) => step.state === 'waiting')) printed.clear();
      for (const step of state.steps) {
        if (step.state === 'running' && step.progress) {
          if (bar?.id !== step.id) bar = { id: step.id, line: progressBar(step.title) };
          bar.line.update(step.progress.done, step.progress.total, step.progress.unit);
        }
        if (step.state !== 'done' || printed.has(step.id)) continue;
        printed.add(step.id);
        bar?.line.end();
        process.stdout.write(
          json ? `${JSON.stringify(step)}\n` : `${step.title.padEnd(34)} ${step.detail ?? ''}\n`,
        );
      }
      if (state.state === ended || (state.state !== 'finished' && state.state !== 'failed')) return;
      ended = state.state;
      if (json)
        process.stdout.write(
          `${JSON.stringify({ state: state.state, address: shown.address, failure: state.failure })}\n`,
        );
      else if (state.state === 'failed')
        process.stdout.write(`\nThe exercise stopped: ${state.failure ?? ''}\n`);
      else
        process.stdout.write(
          `\nThe story is told. Look at every desk at ${shown.address}\n${state.notice}\nCtrl-C ends the exercise; npm start goes on where it is.\n`,
        );
    },
  };
  return shown;
}

function stateLines(state: StoryState): string[] {
  return table(
    ['step', 'state', 'what came of it'],
    state.steps.map((step) => [
      step.title,
      step.state,
      step.detail ??
        (step.progress ? `${step.progress.done} of ${step.progress.total} ${step.progress.unit}` : ''),
    ]),
  );
}

async function ask(config: Config, act: string): Promise<StoryState> {
  const address = `http://${config.httpHost}:${config.httpPort}/api/exercise`;
  const response = await fetch(act === 'status' ? address : `${address}/${act}`, {
    method: act === 'status' ? 'GET' : 'POST',
  }).catch((cause: unknown) => {
    throw new IcarusError('exercise/not-running', { address }, { cause });
  });
  if (!response.ok) throw new IcarusError('exercise/not-running', { address });
  return (await response.json()) as StoryState;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 3600))
    throw new InvalidArgumentError('It must be a number of seconds from 0 to 3600.');
  return value;
}
