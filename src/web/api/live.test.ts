import { expect, it } from 'vitest';
import { ROOMS, staleAfter } from './live.ts';

it('an act makes stale what it may have changed, the board and the log always', () => {
  expect(staleAfter('casework.outcome-recorded')).toEqual(['casework', 'board', 'custody']);
});

it('an act of an unknown kind makes everything stale', () => {
  expect(staleAfter('something.new')).toEqual(ROOMS);
});
