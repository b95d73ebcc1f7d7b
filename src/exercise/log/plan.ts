/** What the synthetic log must contain, by country. */
import type { CountryCode } from '#core/countries.ts';

export interface PlannedCountry {
  readonly country: CountryCode;
  /** So many clients stay in the country with their last address, whatever the size of the log; 1 or more. */
  readonly minimumTargets: number;
  /** Exactly one target, whatever the size of the log: no growth, no visitors, no changing id. */
  readonly onlyOne: boolean;
}

export interface LogPlan {
  /** At least two, of which at least one is not `onlyOne`. */
  readonly countries: readonly PlannedCountry[];
}

/**
 * Clients that leave the floor behind grow with the three-quarter power of the log: a longer look at a
 * network meets its users again more often than new ones. About 560 clients at 100,000 observations,
 * 25,000 at 100 million. Square roots, because IEEE 754 makes them equal on every machine.
 */
export function clientsFor(observations: number, plan: LogPlan): number {
  const floor = plan.countries.reduce((sum, one) => sum + one.minimumTargets, 0);
  return floor + Math.floor(0.025 * Math.sqrt(observations) * Math.sqrt(Math.sqrt(observations)));
}
