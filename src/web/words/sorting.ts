/** A sort as it stands in an address (`column`, or `-column` from high to low) and as the table keeps it. */
export function toTableSorting(sort: string | undefined): { id: string; desc: boolean }[] {
  if (!sort) return [];
  return [sort.startsWith('-') ? { id: sort.slice(1), desc: true } : { id: sort, desc: false }];
}

export function fromTableSorting(sorting: readonly { id: string; desc: boolean }[]): string | undefined {
  const first = sorting[0];
  return first && (first.desc ? `-${first.id}` : first.id);
}

/** What a click on a head asks for: numbers begin with the highest, words with A; then the other way. */
export function nextSort(column: { id: string; end?: boolean }, sort: string | undefined): string {
  const [up, down] = [column.id, `-${column.id}`];
  const first = column.end ? down : up;
  return sort === first ? (first === up ? down : up) : first;
}
