import { describe, expect, it } from 'vitest';
import { type Outcome, outcomeProblem, takesBack as recordTakesBack } from '#casework/types.ts';
import { formOf, outcomeOf, takesBack, wrongWith } from './outcome-form.ts';

const POSITIVE: Outcome = {
  outcome: 'positive',
  subscriberIdentified: true,
  searchDone: true,
  suspectsIdentified: 2,
  suspectsArrested: 1,
  victimsSafeguarded: 0,
  devicesSeized: 3,
  bytesSeized: 29e12,
  flags: ['producer'],
};

describe('the form of an outcome', () => {
  it('states what it was begun from, to the byte', () => {
    for (const bytesSeized of [0, 1, 999, 1e9, 29e12, 28_123_456_789_123]) {
      const outcome = { ...POSITIVE, bytesSeized };
      expect(outcomeOf(formOf(outcome))).toEqual(outcome);
    }
  });

  it('takes binary units at their word', () => {
    expect(outcomeOf({ ...formOf(POSITIVE), seized: 2, seizedUnit: 'TiB' }).bytesSeized).toBe(2 ** 41);
  });

  it('says beside the field what is wrong', () => {
    const form = formOf(POSITIVE);
    expect(wrongWith(form, null)).toEqual({});
    expect(Object.keys(wrongWith({ ...form, suspectsArrested: 3 }, null))).toEqual(['suspectsArrested']);
    expect(Object.keys(wrongWith({ ...form, searchDone: false }, null))).toEqual(['searchDone']);
    expect(Object.keys(wrongWith({ ...form, devicesSeized: '' }, null))).toEqual(['devicesSeized']);
    expect(Object.keys(wrongWith({ ...form, outcome: 'negative' }, null))).toEqual(['outcome']);
  });

  it('asks for a reason when something stated is taken back', () => {
    const fewer = { ...formOf(POSITIVE), suspectsIdentified: 1 };
    expect(Object.keys(wrongWith(fewer, POSITIVE))).toEqual(['reason']);
    expect(wrongWith({ ...fewer, reason: 'Counted twice.' }, POSITIVE)).toEqual({});
  });

  it('finds the same faults as the node, for every combination', () => {
    const yesNo = [true, false];
    for (const outcome of ['positive', 'negative', 'not-actionable', 'pending'] as const)
      for (const searchDone of yesNo)
        for (const subscriberIdentified of yesNo)
          for (const suspectsIdentified of [0, 1])
            for (const suspectsArrested of [0, 1])
              for (const devicesSeized of [0, 1])
                for (const bytesSeized of [0, 5])
                  for (const victimsSafeguarded of [0, 1]) {
                    const stated: Outcome = {
                      outcome,
                      searchDone,
                      subscriberIdentified,
                      suspectsIdentified,
                      suspectsArrested,
                      devicesSeized,
                      bytesSeized,
                      victimsSafeguarded,
                      flags: [],
                    };
                    const faulty = Object.keys(wrongWith(formOf(stated), null)).length > 0;
                    expect(faulty, JSON.stringify(stated)).toBe(outcomeProblem(stated) !== undefined);
                    expect(takesBack(POSITIVE, stated)).toBe(recordTakesBack(POSITIVE, stated));
                  }
  });
});
