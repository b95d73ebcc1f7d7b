/** An officer in service who signs commands with a key of his own. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { insertKey } from '#access/command/key-store.ts';
import type { Role } from '#access/policy.ts';
import { insertGrant, insertOfficer } from '#access/store.ts';
import type { OfficerId, OperationId } from '#core/ids.ts';
import type { Tx } from '#platform/tables.ts';
import { plainPublicKey } from '#seal/card.ts';
import { generateSigningKey } from '#seal/keys.ts';
import { fingerprint } from '#seal/public-key.ts';

export interface KeyHolder {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly operationId: OperationId;
  /** Where his key is kept. */
  readonly folder: string;
}

/** @returns the file of his key */
export async function officerWithKey(
  tx: Tx,
  { name, roles, operationId, folder }: KeyHolder,
): Promise<{ officerId: OfficerId; key: string }> {
  const [at, officerId] = [new Date(), `officer_${name}` as OfficerId];
  const pair = generateSigningKey(name);
  const key = join(folder, `${name}.key`);
  await writeFile(key, pair.privateKey, { mode: 0o600 });
  await insertOfficer(tx, { id: officerId, name, at });
  for (const role of roles)
    await insertGrant(tx, {
      officerId,
      role,
      operationId: role === 'administrator' ? null : operationId,
      at,
      ...(role === 'imminent-risk' && { until: new Date(at.getTime() + 3_600_000) }),
    });
  const publicKey = plainPublicKey(pair.publicKey);
  await insertKey(tx, {
    fingerprint: fingerprint(publicKey),
    officerId,
    publicKey,
    label: name,
    enrolledAt: at,
  });
  return { officerId, key };
}
