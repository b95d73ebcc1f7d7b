import { expect, test } from 'vitest';
import type { HandlingCode } from '#core/handling.ts';
import type { AgencyId } from '#core/ids.ts';
import type { Origin } from './document.ts';
import { barriersOf, handlingTogether } from './types.ts';

/** A letter that Malta sent to Denmark and Norway. */
function letter(codes: readonly HandlingCode[], text = ''): Origin {
  return { messageId: 'message_1', from: 'mt', to: ['dk', 'no'], handling: { codes: [...codes], text } };
}

function blocked(codes: readonly HandlingCode[], recipient: string): readonly string[] {
  return barriersOf([letter(codes)], [recipient as AgencyId]).flatMap(({ codes: standing }) => standing);
}

test('H0 keeps a letter from nobody', () => {
  expect(blocked(['H0'], 'fr')).toEqual([]);
});

test('H1 keeps a letter from judicial proceedings, and from nobody else', () => {
  expect(blocked(['H1'], 'eurojust')).toEqual(['H1']);
  expect(blocked(['H1'], 'fr')).toEqual([]);
});

test.each(['H2', 'H3'] as const)('%s keeps a letter from whom its provider did not send it', (code) => {
  expect(blocked([code], 'fr')).toEqual([code]);
  expect(blocked([code], 'no')).toEqual([]);
  expect(blocked([code], 'mt'), 'nobody is kept from what he wrote himself').toEqual([]);
});

test('a letter that passes another on keeps all its codes and its restriction', () => {
  const passedOn = handlingTogether({ codes: ['H0'], text: '' }, [
    letter(['H1', 'H3'], 'For the task force only'),
  ]);
  expect(passedOn).toEqual({ codes: ['H0', 'H1', 'H3'], text: 'For the task force only' });
});
