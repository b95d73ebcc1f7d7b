/** The story in its order. */
import type { ExerciseHost } from './nodes.ts';
import { exhibits } from './steps-exhibits.ts';
import { feedbackToFinal, feedbackToProvisional } from './steps-feedback.ts';
import { matches } from './steps-matches.ts';
import { meeting, programme } from './steps-meeting.ts';
import { approvePackages, composeAll, disseminate, final, provisional } from './steps-play.ts';
import {
  attributeAddresses,
  beginOperation,
  importObservations,
  rankTargets,
  setUpNodes,
  writeLog,
} from './steps-prepare.ts';
import { referrals } from './steps-referrals.ts';
import { drawCurve, loadRetention } from './steps-retention.ts';
import { signIn } from './steps-sign-in.ts';
import type { Step } from './story.ts';
import type { World } from './world.ts';

/** What follows once the nodes are there and the operation has begun. */
const WORK: readonly Step<World>[] = [
  programme,
  writeLog,
  importObservations,
  attributeAddresses,
  loadRetention,
  rankTargets,
  drawCurve,
  composeAll,
  approvePackages,
  meeting,
  disseminate,
  feedbackToProvisional,
  exhibits,
  matches,
  referrals,
  provisional,
  feedbackToFinal,
  final,
];

export function stepsOf({ signedIn }: Pick<ExerciseHost, 'signedIn'>): readonly Step<World>[] {
  return [setUpNodes, beginOperation, ...(signedIn ? [signIn] : []), ...WORK];
}
