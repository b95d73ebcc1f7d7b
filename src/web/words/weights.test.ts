import { Value } from 'typebox/value';
import { expect, it } from 'vitest';
import { URGENCY } from '#observations/targets/ranking.ts';
import { RankingWeights } from '#observations/targets/ranking-profiles.ts';
import { fits, LIMITS, WEIGHT_FIELDS, weightField, weightForm, weightsOf, weightWords } from './weights.ts';

const { name: _name, version: _version, ...WEIGHTS } = URGENCY;

it('a profile goes into the fields of the form and comes out the same', () => {
  expect(weightsOf(weightForm(URGENCY))).toEqual(WEIGHTS);
});

it('every number of a profile stands in its words', () => {
  const words = weightWords(URGENCY);
  const form = weightForm(URGENCY);
  expect(words.map(({ feature }) => feature)).toEqual(WEIGHT_FIELDS.map(({ feature }) => feature));
  for (const [n, { feature, parts }] of WEIGHT_FIELDS.entries())
    for (const part of parts) expect(words[n]?.words).toContain(form[weightField(feature, part)]);
});

it('a field takes exactly what the node takes there', () => {
  for (const { feature, parts } of WEIGHT_FIELDS) {
    for (const part of parts) {
      const [least, most] = LIMITS[part];
      for (const value of [least - 1, least, most, most + 1]) {
        const weights = weightsOf({ ...weightForm(URGENCY), [weightField(feature, part)]: String(value) });
        expect(fits(part, String(value)), `${feature} ${part} ${value}`).toBe(
          Value.Check(RankingWeights, weights),
        );
      }
    }
  }
  for (const text of ['', 'ten', '1.5', '1e2', '-3', undefined]) expect(fits('points', text)).toBe(false);
});
