/** Who is meant: from what a person or a supervisor can name to the targets and suspects of the operation. */
import { sql } from 'kysely';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import type { LakeContext } from '#observations/lake.ts';
import { searchFilter } from '#observations/targets/address-search.ts';
import { addressesOf, listTargets } from '#observations/targets/target-reader.ts';

/** One at least; what is found by any of them counts. */
export interface NamedSubject {
  /** A target, or a suspect's entry in the cross-match. */
  readonly targetId?: string | undefined;
  readonly clientId?: string | undefined;
  /** With `at`: only who was seen there around that time. */
  readonly address?: string | undefined;
  readonly at?: Date | undefined;
  /** An account, e-mail, phone, nickname: any selector of a suspect. */
  readonly value?: string | undefined;
}

/** Most targets that one address finds; more is a shared address, and names nobody. */
const MOST_TARGETS = 200;

/** @throws protection/nothing-asked */
export async function findSubject(
  ctx: LakeContext,
  operationId: OperationId,
  named: NamedSubject,
): Promise<string[]> {
  const { targetId, clientId, address, at, value } = named;
  if ([targetId, clientId, address, value].every((one) => one === undefined))
    throw new IcarusError('protection/nothing-asked');
  const found = new Set<string>(targetId === undefined ? [] : [targetId]);
  const { rows } = await sql<{ id: string }>`
    select target_id as id from received_target where operation_id = ${operationId} and (
      client_id = ${clientId ?? null}
      or exists (select from jsonb_array_elements(document -> 'addresses') as one
        where one ->> 'address' = ${address ?? null}::text
          and (${at ?? null}::timestamptz is null
            or ${at ?? null} between (one ->> 'firstSeenAt')::timestamptz and (one ->> 'lastSeenAt')::timestamptz)))
    union
    select coalesce(s.target_id, case when s.kind = 'target' then s.reference else s.id end) from subject s
      join subject_selector v on v.subject_id = s.id
      where s.operation_id = ${operationId} and (v.value = ${value ?? null} or v.given = ${value ?? null})`.execute(
    ctx.db,
  );
  for (const { id } of rows) found.add(id);
  for (const id of await inTheLake(ctx, operationId, named)) found.add(id);
  return [...found].sort();
}

async function inTheLake(
  ctx: LakeContext,
  operationId: OperationId,
  { clientId, address, at }: NamedSubject,
): Promise<TargetId[]> {
  const found: TargetId[] = [];
  if (clientId !== undefined)
    found.push(
      ...(await listTargets(ctx, { operationId, clientIds: [clientId] })).map(({ targetId }) => targetId),
    );
  if (address === undefined) return found;
  const filter = await searchFilter(ctx, operationId, address);
  if (!filter.clientIds?.length) return found;
  const there = await listTargets(ctx, { operationId, clientIds: filter.clientIds, limit: MOST_TARGETS });
  const ids = there.map(({ targetId }) => targetId);
  if (at === undefined) return [...found, ...ids];
  const places = await addressesOf(ctx, operationId, ids);
  const seen = ids.filter((id) =>
    (places.get(id) ?? []).some(
      (place) => place.address === address && place.firstSeenAt <= at && at <= place.lastSeenAt,
    ),
  );
  return [...found, ...seen];
}
