/**
 * Exhibits of the story. That one suspect's devices held 29 TB was published; which devices were seized
 * otherwise, and all that lies on them, is synthetic. The folder that stands for a device is a few
 * megabytes of drawn pictures and notes, whatever size the outcome states.
 */
import type { CountryCode } from '#core/countries.ts';
import type { TargetId } from '#core/ids.ts';
import type { ExhibitKind } from '#evidence/types.ts';
import type { PictureRange } from './material/exhibit-plan.ts';
import { NOTABLE_CASES, type NotableCase } from './scenario-cases.ts';
import type { FeedbackAct } from './scenario-feedback.ts';

export interface ExaminedCase {
  readonly country: CountryCode;
  /** The device that is examined; the others of the case are registered and wait. */
  readonly kind: ExhibitKind;
  readonly description: string;
  /** Neighbouring ranges overlap: the same files lie on devices of two countries. */
  readonly pictures: PictureRange;
}

export const EXAMINED: readonly ExaminedCase[] = [
  {
    country: 'DK',
    kind: 'network-storage',
    description: 'One of the devices that held 29 TB; the folder is a small synthetic stand-in.',
    pictures: { from: 0, to: 240 },
  },
  { country: 'SE', kind: 'computer', description: 'Synthetic.', pictures: { from: 200, to: 270 } },
  { country: 'BE', kind: 'phone', description: 'Synthetic.', pictures: { from: 250, to: 290 } },
];

/** Kinds of the devices that wait, in turn. */
export const WAITING_KINDS: readonly ExhibitKind[] = [
  'disk',
  'optical-disc',
  'computer',
  'memory-card',
  'phone',
];

export interface CaseSeizure {
  readonly targetId: TargetId;
  readonly seizedAt: Date;
  readonly devices: number;
}

/**
 * Where the country's notable case was searched, and what was seized there.
 * @throws when the plan does not play the case
 */
export function seizureOf(country: CountryCode, acts: readonly FeedbackAct[]): CaseSeizure {
  const notable = NOTABLE_CASES.find((one) => one.country === country);
  const found = acts.find(
    (act) => act.kind === 'outcome' && act.country === country && notable && isOf(notable, act.outcome),
  );
  if (found?.kind !== 'outcome') throw new Error(`the plan has no search in the notable case of ${country}`);
  return { targetId: found.targetId, seizedAt: found.at, devices: found.outcome.devicesSeized };
}

function isOf(
  { flags, seized }: NotableCase,
  outcome: Extract<FeedbackAct, { kind: 'outcome' }>['outcome'],
): boolean {
  const enough = seized ? outcome.bytesSeized >= seized.bytes : outcome.devicesSeized > 0;
  return enough && flags.every((flag) => outcome.flags.includes(flag));
}
