/** In the place of `#platform/process-name.ts`: names of lives, and whether they have ended. */
import { lifeNow } from '../world.ts';

const ended = new Set<string>();
let seesEnds = true;

/** @param sees false: the processes are on machines that cannot see of each other whether they run */
export function newProcesses(sees: boolean): void {
  ended.clear();
  seesEnds = sees;
}

export function processEnded(name: string): void {
  ended.add(name);
}

export function processName(): string {
  return `simulated.${lifeNow()?.name ?? 'none'}`;
}

export function hasEnded(name: string): boolean {
  const life = /^simulated\.(?<life>.*)-[0-9a-f]+$/.exec(name)?.groups?.['life'] ?? '';
  return seesEnds && ended.has(life);
}

export const isLeftBehind = (): Promise<boolean> => Promise.resolve(false);
export const isRunning = (): boolean => true;
