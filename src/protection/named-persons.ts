/**
 * Whom a request or a command names, and the refusal where one of them is closed to who asks. Every value that is an id
 * counts, under whatever name and however deep it stands: what is added is guarded before anybody thinks of it.
 */
import { closedTo } from '#access/closed-persons.ts';
import type { Actor } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, PackageId } from '#core/ids.ts';
import { targetsOfExhibits } from '#evidence/exhibit-store.ts';
import { readTargets } from '#packages/content.ts';
import { contentFolder } from '#packages/folder.ts';
import { targetsAmong } from '#packages/received-holding.ts';
import { packageById } from '#packages/store.ts';
import type { NodeContext } from '#platform/context.ts';

export interface Named {
  readonly targets: readonly string[];
  readonly exhibits: readonly string[];
  readonly packages: readonly string[];
}

const ID = /^(target|exhibit|package)_/;

/** The ids among the values of what was given: the members of a request, or what was typed. */
export function namedIn(given: unknown): Named {
  const ids = { target: [] as string[], exhibit: [] as string[], package: [] as string[] };
  const left: unknown[] = [given];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === 'string') {
      const [, kind] = ID.exec(one) ?? [];
      if (kind !== undefined) ids[kind as keyof typeof ids].push(one);
    } else if (isPlain(one)) {
      for (const member of Object.values(one)) left.push(member);
    }
  }
  return { targets: ids.target, exhibits: ids.exhibit, packages: ids.package };
}

/** Neither bytes nor a stream of them. */
function isPlain(one: unknown): one is object {
  return (
    typeof one === 'object' && one !== null && !ArrayBuffer.isView(one) && !(Symbol.asyncIterator in one)
  );
}

/**
 * @param named a package stands for all its persons: leave out those that are shown without them
 * @throws access/person-closed where one of the targets, or the person behind one of the others, is closed to the officer
 */
export async function requireNamedOpen(
  ctx: Pick<NodeContext, 'db' | 'clock' | 'paths'>,
  actor: Actor,
  { operationId, ...named }: Named & { readonly operationId: OperationId },
): Promise<void> {
  if (named.targets.length + named.exhibits.length + named.packages.length === 0) return;
  const closed = await closedTo(ctx, actor, operationId);
  if (closed.size === 0) return;
  const targets = [...named.targets, ...(await targetsOfExhibits(ctx.db, operationId, named.exhibits))];
  if (targets.some((targetId) => closed.has(targetId))) throw new IcarusError('access/person-closed');
  for (const packageId of named.packages)
    if (await holdsClosed(ctx, packageId as PackageId, closed)) throw new IcarusError('access/person-closed');
}

/** A package that came is known by its rows, one that was composed here by its content. */
async function holdsClosed(
  { db, paths }: Pick<NodeContext, 'db' | 'paths'>,
  packageId: PackageId,
  closed: ReadonlySet<string>,
): Promise<boolean> {
  if ((await targetsAmong(db, packageId, [...closed])).length > 0) return true;
  if (!(await packageById(db, packageId))) return false;
  for await (const { targetId } of readTargets(contentFolder(paths, packageId)))
    if (closed.has(targetId)) return true;
  return false;
}
