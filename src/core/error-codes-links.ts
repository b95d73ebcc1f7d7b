/** What can go wrong when targets are linked, merged and split. */
import { conflict, type ErrorKind, notFound, refused } from './error-kind.ts';

export const LINK_ERRORS = {
  'links/reason-missing': refused(
    'Say why, in words of at most 2000 characters: the reason is kept with the decision. Nothing was changed.',
  ),
  'links/nothing-to-merge': refused(
    'A merge needs two targets or more that are not one already. Name another target; nothing was changed.',
  ),
  'links/too-many-members': refused(
    'The merge would have {members} members; {most} at most can be one. Check the targets that you named; nothing was changed.',
  ),
  'links/merge-not-found': notFound(
    'There is no merge {merge} in this operation. List them with `icarus targets merges`.',
  ),
  'links/already-split': conflict('The merge {merge} was split before. Load it again; nothing was changed.'),
  'links/merge-taken-in': conflict(
    'The merge {merge} was taken into the merge {by}. Split that one first; nothing was changed.',
  ),
  'links/not-dismissed': conflict(
    'No suggestion between {target} and {other} was dismissed, so there is nothing to take back.',
  ),
  'links/in-frozen-package': conflict(
    'Frozen packages hold one of these targets: {packages}. They stay as they are; the next version of each carries the change. Say that you have seen this, and do it again; nothing was changed.',
  ),
  'links/not-suggested': notFound(
    'These two targets are not suggested as one by the newest computation. Load the suggestions again.',
  ),
  'links/none-computed': conflict(
    'No links were computed for this operation yet. Compute them with `icarus targets suggest`.',
  ),
} as const satisfies Record<string, ErrorKind>;
