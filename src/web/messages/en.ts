import { acts } from './en/acts.ts';
import { approvals } from './en/approvals.ts';
import { attribution } from './en/attribution.ts';
import { board } from './en/board.ts';
import { casework } from './en/casework.ts';
import { condition } from './en/condition.ts';
import { consultations } from './en/consultations.ts';
import { evidence } from './en/evidence.ts';
import { exercise } from './en/exercise.ts';
import { frame } from './en/frame.ts';
import { hits } from './en/hits.ts';
import { imports } from './en/imports.ts';
import { keys } from './en/keys.ts';
import { letters } from './en/letters.ts';
import { links } from './en/links.ts';
import { lists } from './en/lists.ts';
import { pap } from './en/pap.ts';
import { programme } from './en/programme.ts';
import { protection } from './en/protection.ts';
import { referrals } from './en/referrals.ts';
import { results } from './en/results.ts';
import { retention } from './en/retention.ts';
import { risk } from './en/risk.ts';
import { signIn } from './en/sign-in.ts';
import { states } from './en/states.ts';
import { targetLife } from './en/target-life.ts';
import { targetWork } from './en/target-work.ts';
import { tracking } from './en/tracking.ts';
import { trail } from './en/trail.ts';

/** English: the first catalogue, and the measure of the others. */
export const en = {
  ...frame,
  ...exercise,
  ...board,
  ...lists,
  ...imports,
  ...acts,
  ...casework,
  ...results,
  ...states,
  ...pap,
  ...programme,
  ...evidence,
  ...hits,
  ...protection,
  ...referrals,
  ...risk,
  ...attribution,
  ...retention,
  ...keys,
  ...letters,
  ...links,
  ...targetWork,
  ...trail,
  ...targetLife,
  ...tracking,
  ...signIn,
  ...consultations,
  ...condition,
  ...approvals,
} as const;
