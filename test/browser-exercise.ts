/** One exercise that several officers look at, each in a window of his own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openBrowser, openWindow, sitDown, type Window } from './browser.ts';
import { buildPages } from './browser-web.ts';
import { type RunningExercise, startExercise } from './exercise.ts';

export interface BrowserExercise extends AsyncDisposable {
  readonly exercise: RunningExercise;
  /** A window of somebody who has no desk yet. */
  newcomer(): Promise<Window>;
  /** The window of an officer, who sits down when it is first asked for. */
  desk(officerId: string): Promise<Window>;
  /** Sits down at a desk and opens a page there. */
  open(officerId: string, address: string, heading: string | RegExp): Promise<Window>;
  control(what: 'pause' | 'resume' | 'step'): Promise<void>;
  /** Plays a paused story until a step is done, and leaves it paused. */
  playTo(stepId: string): Promise<void>;
}

/** Starts the exercise with pages that are current, and returns as soon as it answers. */
export async function startBrowserExercise(observations: number): Promise<BrowserExercise> {
  await buildPages();
  const exercise = await startExercise({ observations });
  const browser = await openBrowser();
  while (!(await exercise.story().catch(() => undefined))) await sleep(100);
  const windows = new Map<string, Promise<Window>>();
  const desk = (officerId: string): Promise<Window> => {
    const window = windows.get(officerId) ?? sitDown(browser, exercise.url, officerId);
    windows.set(officerId, window);
    return window;
  };
  const control = async (what: 'pause' | 'resume' | 'step'): Promise<void> => {
    await fetch(`${exercise.url}/api/exercise/${what}`, { method: 'POST' });
  };
  return {
    exercise,
    newcomer: () => openWindow(browser, exercise.url),
    desk,
    async open(officerId, address, heading) {
      const window = await desk(officerId);
      await window.visit(address, heading);
      return window;
    },
    control,
    async playTo(stepId) {
      for (;;) {
        const { state, steps } = await exercise.story();
        if (state === 'paused' && steps.find(({ id }) => id === stepId)?.state === 'done') return;
        if (state === 'paused') await control('step');
        await sleep(100);
      }
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await exercise[Symbol.asyncDispose]();
    },
  };
}
