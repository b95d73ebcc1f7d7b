/** How a face shows and steers an exercise. */
export type StepState = 'waiting' | 'running' | 'done' | 'failed';

export interface StoryStep {
  readonly id: string;
  readonly title: string;
  /** What happens in this step, in one sentence. */
  readonly words: string;
  readonly state: StepState;
  readonly progress: { readonly done: number; readonly total: number; readonly unit: string } | null;
  /** What came of it, once it is done: counts in words. */
  readonly detail: string | null;
}

export interface StoryState {
  readonly state: 'running' | 'paused' | 'finished' | 'failed';
  /** The exercise's own time, ISO 8601. */
  readonly now: string;
  readonly steps: readonly StoryStep[];
  readonly observations: number;
  readonly seed: string;
  /** Officers sign in with passkeys; else they choose a desk. */
  readonly signedIn: boolean;
  /** Printed on every screen: what of this is synthetic. */
  readonly notice: string;
  /** Where the story failed, the sentence of its error. */
  readonly failure: string | null;
}

export interface ExerciseControl {
  state(): StoryState;
  /** Stops before the next act; what runs is finished. */
  pause(): void;
  resume(): void;
  /** Runs to the end of the current step, then pauses. */
  step(): void;
  /** Deletes every node of the exercise and begins again. */
  reset(): Promise<void>;
  /** Calls `listener` at each change, at most a few times a second; returns how to end it. */
  subscribe(listener: (state: StoryState) => void): () => void;
}
