/** Connected components by union-find (Tarjan 1975): path halving, union by size. Pure. */

/**
 * Groups of ids that `links` connect, directly or over others, whatever the order of the links. Ids are
 * sorted inside a group, groups by their first id.
 */
export function components(links: Iterable<readonly [string, string]>): string[][] {
  const parent = new Map<string, string>();
  const size = new Map<string, number>();
  const rootOf = (id: string): string => {
    let at = id;
    for (let above = parent.get(at) ?? at; above !== at; above = parent.get(at) ?? at) {
      parent.set(at, parent.get(above) ?? above);
      at = above;
    }
    parent.set(at, at);
    return at;
  };
  for (const [a, b] of links) {
    const [one, other] = [rootOf(a), rootOf(b)];
    if (one === other) continue;
    const [sizeOne, sizeOther] = [size.get(one) ?? 1, size.get(other) ?? 1];
    const [small, large] = sizeOne < sizeOther ? [one, other] : [other, one];
    parent.set(small, large);
    size.set(large, sizeOne + sizeOther);
  }
  const groups = Map.groupBy([...parent.keys()].sort(), rootOf);
  return [...groups.values()];
}
