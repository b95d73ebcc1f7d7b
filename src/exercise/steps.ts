/** The story in its order. */
import {
  approvePackages,
  composeAll,
  disseminate,
  feedbackToFinal,
  feedbackToProvisional,
  final,
  provisional,
} from './steps-play.ts';
import {
  attributeAddresses,
  beginOperation,
  importObservations,
  rankTargets,
  setUpNodes,
  writeLog,
} from './steps-prepare.ts';
import type { Step } from './story.ts';
import type { World } from './world.ts';

export const STEPS: readonly Step<World>[] = [
  setUpNodes,
  beginOperation,
  writeLog,
  importObservations,
  attributeAddresses,
  rankTargets,
  composeAll,
  approvePackages,
  disseminate,
  feedbackToProvisional,
  provisional,
  feedbackToFinal,
  final,
];
