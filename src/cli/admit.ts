/** The door of the command line: before a command's work begins, its officer has what command-access.ts asks. */
import type { Command } from 'commander';
import { actionsOfCommand } from '#access/command-access.ts';
import { type Actor, authorize, authorizeOnNode } from '#access/policy.ts';
import type { OperationId } from '#core/ids.ts';
import { accessOf } from './acting-officer.ts';

/** @param operationId of the command's operation; without it a role on any operation of the node counts */
export function admit(command: Command, actor: Actor, operationId?: OperationId): void {
  for (const action of actionsOfCommand(accessOf(command))) {
    if (operationId === undefined) authorizeOnNode(actor, action);
    else authorize(actor, action, { operationId });
  }
}
