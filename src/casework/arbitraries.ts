/** For property tests: outcomes that do not contradict themselves, of every kind. */
import fc from 'fast-check';
import { FLAGS, type Outcome, PENDING } from './types.ts';

const flags = fc.subarray([...FLAGS]);
const few = fc.nat({ max: 5 });
const positive: fc.Arbitrary<Outcome> = fc
  .record({
    identified: few,
    arrestedShare: few,
    devices: few,
    bytes: fc.nat({ max: 2 ** 40 }),
    victims: few,
    flags,
    subscriberIdentified: fc.boolean(),
  })
  .map(({ identified, arrestedShare, devices, bytes, victims, ...rest }) => ({
    ...rest,
    outcome: 'positive',
    searchDone: true,
    suspectsIdentified: identified,
    suspectsArrested: Math.min(arrestedShare, identified),
    victimsSafeguarded: victims,
    devicesSeized: identified === 0 ? devices + 1 : devices,
    bytesSeized: devices === 0 ? 0 : bytes,
  }));
const negative: fc.Arbitrary<Outcome> = fc
  .record({ flags, subscriberIdentified: fc.boolean() })
  .map((members) => ({ ...PENDING, ...members, outcome: 'negative', searchDone: true }));
const notActionable: fc.Arbitrary<Outcome> = flags.map((some) => ({
  ...PENDING,
  outcome: 'not-actionable',
  flags: some,
}));
const pending: fc.Arbitrary<Outcome> = fc
  .record({ flags, subscriberIdentified: fc.boolean(), searchDone: fc.boolean() })
  .map((members) => ({ ...PENDING, ...members }));

export const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(positive, negative, notActionable, pending);
