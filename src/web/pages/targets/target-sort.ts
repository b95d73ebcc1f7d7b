/** The heads of the target list as orders of the node, which knows one way of each. */
import type { TargetsQuery } from '#observations/schemas.ts';

type Sort = NonNullable<TargetsQuery['sort']>;

/** Column as it stands while the list is in this order: `-` from high to low, or from late to early. */
const COLUMN_OF: Readonly<Partial<Record<Sort, string>>> = {
  deadline: 'hoursLeft',
  'last-seen': '-lastSeen',
  'first-seen': '-firstSeen',
  addresses: '-addresses',
  rows: '-rows',
  files: '-files',
};

export function columnOfSort(sort: string | undefined): string | undefined {
  return COLUMN_OF[sort as Sort];
}

/** A click on the head of the order that stands goes back to the list's own order. */
export function sortOfColumn(column: string | undefined, now: string | undefined): Sort | undefined {
  const name = column?.replace('-', '');
  const found = Object.entries(COLUMN_OF).find(([, id]) => id.replace('-', '') === name)?.[0];
  return found === now ? undefined : (found as Sort | undefined);
}
