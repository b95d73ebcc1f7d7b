/** The suspects of the story, in the order in which their country identifies them. Synthetic, nameless. */
import type { CountryCode } from '#core/countries.ts';
import type { TargetId } from '#core/ids.ts';
import type { FeedbackAct } from './scenario-feedback.ts';

export interface Suspect {
  /** `BE-1`: the country's first. */
  readonly reference: string;
  readonly country: CountryCode;
  readonly targetId: TargetId;
}

/** Suspects whom the acts identify, by country. An outcome counts suspects; each one more is a suspect of its target. */
export function suspectsIn(acts: readonly FeedbackAct[]): Map<CountryCode, Suspect[]> {
  const suspects = new Map<CountryCode, Suspect[]>();
  const counted = new Map<TargetId, number>();
  for (const act of acts) {
    if (act.kind !== 'outcome') continue;
    const { country, targetId, outcome } = act;
    const own = suspects.get(country) ?? [];
    for (let n = counted.get(targetId) ?? 0; n < outcome.suspectsIdentified; n++)
      own.push({ reference: `${country}-${own.length + 1}`, country, targetId });
    counted.set(targetId, outcome.suspectsIdentified);
    if (own.length > 0) suspects.set(country, own);
  }
  return suspects;
}
