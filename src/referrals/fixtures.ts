/** Nodes and series for this room's tests. */
import { createHash } from 'node:crypto';
import type { Actor } from '#access/policy.ts';
import type { OperationId } from '#core/ids.ts';
import type { IcseItem } from './types.ts';

/** Hashes of an invented text: of no file. */
export function syntheticItem(n: number): IcseItem {
  const hash = (name: string) => createHash(name).update(`synthetic ${n}`).digest('hex');
  return {
    md5: hash('md5'),
    sha1: hash('sha1'),
    sha256: n % 2 === 0 ? hash('sha256') : null,
    mediaType: 'image/jpeg',
    category: 'A',
    victimIdentified: false,
    offenderIdentified: n % 3 === 0,
    distributed: true,
  };
}

/** Items number `from` to `to`, the last one not included. */
export function syntheticItems(from: number, to: number): IcseItem[] {
  return Array.from({ length: to - from }, (_, index) => syntheticItem(from + index));
}

/** An officer who prepares, sends and approves: two roles that four eyes keep apart. */
export function officerOfBothRoles(operationId: OperationId): Extract<Actor, { kind: 'officer' }> {
  return {
    kind: 'officer',
    officerId: 'officer_both' as Extract<Actor, { kind: 'officer' }>['officerId'],
    name: 'Officer of both roles',
    grants: [
      { role: 'investigator', operationId },
      { role: 'approver', operationId },
    ],
  };
}
