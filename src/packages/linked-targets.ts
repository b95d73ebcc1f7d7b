/** A target's document names other targets of its package: those that rules suggest to be one with it. */
import type { TargetDocument } from './types.ts';

/** The document for who may not see these targets: links with them are left out. */
export function withoutLinksTo(document: TargetDocument, without: ReadonlySet<string>): TargetDocument {
  const { links, ...rest } = document;
  if (!links || !namesOneOf(document, without)) return document;
  return { ...rest, links: links.filter(({ targetId }) => !without.has(targetId)) };
}

export function namesOneOf(
  { links = [] }: Pick<TargetDocument, 'links'>,
  targetIds: ReadonlySet<string>,
): boolean {
  return links.some(({ targetId }) => targetIds.has(targetId));
}
