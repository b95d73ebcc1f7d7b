import { expect, test } from 'vitest';
import type { HandlingCode } from '#core/handling.ts';
import type { AgencyId } from '#core/ids.ts';
import { type HitSide, mayDisseminate, reasonOf } from './hit.ts';

function side(codes: readonly HandlingCode[], change: Partial<HitSide> = {}): HitSide {
  return {
    kind: 'suspect',
    id: 'subject_1',
    agencyId: 'se' as AgencyId,
    country: 'SE',
    reference: 'SE-1',
    source: null,
    network: null,
    targetId: null,
    evaluation: { source: 'A', information: '1' },
    handling: { codes, text: codes.includes('H3') ? 'ask by telephone' : '' },
    category: 'suspect',
    selectors: [],
    ...change,
  };
}

const holding = {
  kind: 'holding',
  agencyId: null,
  country: null,
  reference: 'P-1',
  source: 'Case system',
} as const;

test('H0 blocks nothing', () => {
  const may = mayDisseminate({ sides: [side(['H0']), side([], holding)] });
  expect(may).toMatchObject({ allowed: true, notes: [], sides: [{ allowed: true }, { allowed: true }] });
});

test('H2 of one side blocks that side and the hit as a whole, and names whose permission it takes', () => {
  const may = mayDisseminate({ sides: [side(['H2']), side([], holding)] });
  expect(may.allowed).toBe(false);
  expect(may.reason).toContain('permission of se');
  expect(may.sides.map(({ allowed }) => allowed)).toEqual([false, true]);
  expect(mayDisseminate({ sides: [side([]), side(['H2'], holding)] }).reason).toContain('Case system');
});

test('H1 is noted and does not block; H3 blocks with its own words', () => {
  const may = mayDisseminate({ sides: [side(['H1']), side(['H3'], holding)] });
  expect(may.notes).toEqual([expect.stringContaining('H1: what se states')]);
  expect(may.sides).toMatchObject([
    { allowed: true },
    { allowed: false, reason: expect.stringContaining('ask by telephone') },
  ]);
});

test('the reason counts what is equal and names both owners', () => {
  const target = { kind: 'target', reference: 'target_1' } as const;
  const selectors = [
    { type: 'address' as const, value: '192.0.2.1' },
    { type: 'address' as const, value: '192.0.2.2' },
    { type: 'client-id' as const, value: 'aa' },
  ];
  expect(reasonOf({ selectors, sides: [side([], target), side([], { ...target, country: 'FR' })] })).toBe(
    'Target target_1 of Sweden and target target_1 of France have 2 internet addresses and one client id in common, the addresses at overlapping times.',
  );
});
