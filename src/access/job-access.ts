/**
 * In whose name work in the background acts. Nobody is asked who he is when it runs: an officer was, when he asked
 * for it, or a message was checked whose sender may. Work that is not listed fails the build.
 */
export interface JobAccess {
  /** As the custody log names it: a process of the node, or the officer who asked. */
  readonly as: string;
  /** What let it begin. */
  readonly because: string;
}

const ASKED = 'the officer who asked';

export const JOB_ACCESS: Readonly<Record<string, JobAccess>> = {
  'crossmatch.match': {
    as: 'system:crossmatch',
    because: 'holdings were imported, or a report or selectors came from a member of the operation',
  },
  'evidence.inventory': { as: ASKED, because: 'evidence.examine, when the inventory was begun' },
  'evidence.match': { as: ASKED, because: 'evidence.examine, or evidence.hash-lists for a new list' },
  'evidence.measure': { as: ASKED, because: 'evidence.examine, when the inventory was begun' },
  'exchange.dispatch': {
    as: 'system:exchange',
    because: 'a message was posted by an officer who may, or came from an agency whose card is known',
  },
  'exchange.reconciliation-answer': {
    as: 'system:exchange',
    because: 'a statement came from a member of the operation',
  },
  'exchange.erase': { as: 'system:exchange', because: 'erasure.decide: an officer agreed to the erasure' },
  'freeze-curve': { as: ASKED, because: 'targets.build, when the curve was asked for' },
  'observations.import-upload': {
    as: ASKED,
    because:
      'observations.import, asked again as it runs: a role that was withdrawn meanwhile counts no more',
  },
  'observations.partition': { as: ASKED, because: 'targets.build, when the build was begun' },
  'protection.erase': {
    as: 'system:protection',
    because: 'data.approve-erasure: two officers’ word, or a review date that passed',
  },
  'referrals.claim-answer': {
    as: 'system:referrals',
    because: 'a claim came from a member of the operation',
  },
  'targets.cover': { as: 'system:targets.cover', because: 'targets.read, when the choice was asked for' },
  'targets.shelf': { as: 'no act', because: 'a derived copy of a list that targets.read reads' },
};
