import { expect, test } from 'vitest';
import type { OfficerId, OperationId } from '#core/ids.ts';
import { ACTIONS, type Action, type Actor, authorize, decide, ROLES } from './policy.ts';

const icarus = 'operation_icarus' as OperationId;
const other = 'operation_other' as OperationId;

function officer(...grants: Extract<Actor, { kind: 'officer' }>['grants'][number][]): Actor {
  return { kind: 'officer', officerId: 'officer_1' as OfficerId, name: 'Officer 1', grants };
}

test.each(Object.keys(ACTIONS) as Action[])(
  '%s is allowed to exactly the roles of its row, on their operation only',
  (action) => {
    const allowed: readonly string[] = ACTIONS[action];
    for (const role of ROLES.filter((candidate) => candidate !== 'administrator')) {
      const actor = officer({ role, operationId: icarus });
      expect(decide(actor, action, { operationId: icarus }).allowed, role).toBe(allowed.includes(role));
      expect(decide(actor, action, { operationId: other }).allowed, role).toBe(false);
    }
    expect(decide(officer(), action, { operationId: icarus }).allowed).toBe(false);
  },
);

test('the administrator acts on the node, and on no operation', () => {
  const administrator = officer({ role: 'administrator', operationId: null });
  const actions = Object.keys(ACTIONS) as Action[];
  expect(actions.filter((action) => decide(administrator, action, { operationId: icarus }).allowed)).toEqual(
    [],
  );
  expect(actions.filter((action) => decide(administrator, action, {}).allowed).sort()).toEqual([
    'agencies.add',
    'agencies.read',
    'custody.verify',
    'exchange.receive',
    'node.administer',
    'operations.create',
  ]);
});

test('the data-protection officer reads the log, the messages and the protected persons of his operation, and decides nothing but what was opened at once', () => {
  const officerOfProtection = officer({ role: 'data-protection-officer', operationId: icarus });
  const allowed = (Object.keys(ACTIONS) as Action[]).filter(
    (action) => decide(officerOfProtection, action, { operationId: icarus }).allowed,
  );
  expect(allowed.sort()).toEqual([
    'agencies.read',
    'consultations.read',
    'custody.read',
    'custody.verify',
    'emergencies.read',
    'emergencies.review',
    'exchange.read',
    'holds.read',
    'operations.read',
    'persons.read-protected',
    'review.read',
    'subject.answer',
  ]);
});

test('a refusal says which role would do', () => {
  expect(() => authorize(officer(), 'packages.approve', { operationId: icarus })).toThrow(
    'packages.approve needs the role approver',
  );
});
