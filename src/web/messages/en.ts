import { acts } from './en/acts.ts';
import { board } from './en/board.ts';
import { casework } from './en/casework.ts';
import { exercise } from './en/exercise.ts';
import { frame } from './en/frame.ts';
import { lists } from './en/lists.ts';
import { results } from './en/results.ts';
import { states } from './en/states.ts';

/** English: the first catalogue, and the measure of the others. */
export const en = {
  ...frame,
  ...exercise,
  ...board,
  ...lists,
  ...acts,
  ...casework,
  ...results,
  ...states,
} as const;
