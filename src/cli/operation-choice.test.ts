import { expect, test } from 'vitest';
import type { AgencyId, OperationId } from '#core/ids.ts';
import type { Operation } from '#operations/types.ts';
import { theOperation } from './operation-choice.ts';

function operation(id: string, codeName: string): Operation {
  return {
    operationId: id as OperationId,
    codeName,
    lead: 'dk' as AgencyId,
    coordinator: 'europol' as AgencyId,
    participants: [],
    startedAt: new Date('2011-08-08T00:00:00Z'),
    endedAt: null,
    handling: { codes: ['H0'], text: '' },
    disseminationHours: 24,
    exercise: true,
  };
}

const icarus = operation('operation_1', 'Icarus');
const daedalus = operation('operation_2', 'Daedalus');

test('takes the only operation where none is named', () => {
  expect(theOperation([icarus], undefined)).toBe(icarus);
});

test('takes an operation by its id or by its code name in any case', () => {
  expect(theOperation([icarus, daedalus], 'operation_2')).toBe(daedalus);
  expect(theOperation([icarus, daedalus], 'ICARUS')).toBe(icarus);
});

test('asks for a name where there are several operations, or for an id where several share the name', () => {
  expect(() => theOperation([icarus, daedalus], undefined)).toThrow(/--operation \(Icarus, Daedalus\)/);
  const twin = operation('operation_3', 'Icarus');
  expect(() => theOperation([icarus, twin], 'Icarus')).toThrow(/by its id/);
});

test('names no operation that the officer does not see', () => {
  expect(() => theOperation([], 'Icarus')).toThrow(expect.objectContaining({ code: 'operation/not-found' }));
  expect(() => theOperation([], undefined)).toThrow(/role on no operation/);
});
