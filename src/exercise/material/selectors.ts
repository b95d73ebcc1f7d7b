/** Selectors of the story's suspects: invented, in ranges and domains that are set aside for examples. */
import { hex, randomFor } from '#exercise/log/random.ts';
import { type PlantedSelector, plantedOn } from '#exercise/scenario-matches.ts';

/** What the country's unit knows of the suspect. `.example` is nobody's domain (RFC 2606). */
export function selectorsOf(reference: string, seed: string): PlantedSelector[] {
  const random = randomFor(seed, `selectors/${reference}`);
  return [
    { type: 'nickname', value: `Suspect ${reference} ${hex(random, 4)}` },
    { type: 'e-mail', value: `${reference.toLowerCase()}@suspect.example` },
    { type: 'device-serial', value: `SN-${reference}-${hex(random, 10)}` },
    ...plantedOn(reference),
  ];
}
