/** Writes a small MaxMind DB of IPv4 and IPv6 prefixes, for the reader's tests: 24-bit records, IPv4 below 96 bits of zero. */
type Plain = string | number | boolean | { readonly [key: string]: Plain };

export interface MmdbEntry {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly length: number;
  readonly record: Plain;
}

type Node = [Child, Child];
type Child = Node | number | undefined;

export interface MmdbOptions {
  readonly builtAt?: Date;
  readonly databaseType?: string;
  /** Lets `::ffff:0:0/96` lead to IPv4 as well, as publishers do. */
  readonly mapped?: boolean;
}

/** A database of the entries, which must not lie inside each other. */
export function mmdbOf(entries: readonly MmdbEntry[], options: MmdbOptions = {}): Buffer {
  const root: Node = [undefined, undefined];
  const data: Buffer[] = [];
  let dataBytes = 0;
  /** As publishers do, equal records are written once. */
  const offsets = new Map<string, number>();
  for (const { family, first, length, record } of entries) {
    const text = JSON.stringify(record);
    let offset = offsets.get(text);
    if (offset === undefined) {
      const encoded = encode(record);
      offsets.set(text, (offset = dataBytes));
      data.push(encoded);
      dataBytes += encoded.length;
    }
    insert(root, { bits: family === 4 ? 96 + length : length, first }, offset);
  }
  if (options.mapped) {
    const four = descend(root, 0n, 96);
    const parent = descend(root, 0xffffn << 32n, 95);
    parent[1] = four;
  }
  const nodes = numbered(root);
  const tree = Buffer.alloc(nodes.size * 6);
  for (const [node, at] of nodes) {
    for (const side of [0, 1] as const) {
      const child = node[side];
      const value =
        child === undefined
          ? nodes.size
          : typeof child === 'number'
            ? nodes.size + 16 + child
            : (nodes.get(child) ?? 0);
      tree.writeUIntBE(value, at * 6 + side * 3, 3);
    }
  }
  const metadata = encode({
    node_count: nodes.size,
    record_size: 24,
    ip_version: 6,
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    database_type: options.databaseType ?? 'Test',
    build_epoch: Math.floor((options.builtAt ?? new Date('2011-09-01T00:00:00Z')).getTime() / 1000),
  });
  const mark = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
  return Buffer.concat([tree, Buffer.alloc(16), ...data, mark, metadata]);
}

function insert(root: Node, { bits, first }: { bits: number; first: bigint }, offset: number): void {
  const parent = descend(root, first, bits - 1);
  parent[bitOf(first, bits - 1)] = offset;
}

function descend(root: Node, first: bigint, depth: number): Node {
  let node = root;
  for (let i = 0; i < depth; i++) {
    const bit = bitOf(first, i);
    const next: Child = node[bit];
    const inner: Node = Array.isArray(next) ? next : [undefined, undefined];
    node[bit] = inner;
    node = inner;
  }
  return node;
}

function bitOf(address: bigint, i: number): 0 | 1 {
  return (address >> BigInt(127 - i)) & 1n ? 1 : 0;
}

function numbered(root: Node): Map<Node, number> {
  const nodes = new Map<Node, number>();
  const visit = (node: Node) => {
    if (nodes.has(node)) return;
    nodes.set(node, nodes.size);
    for (const child of node) if (Array.isArray(child)) visit(child);
  };
  visit(root);
  return nodes;
}

function encode(value: Plain): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'boolean') return control(14, value ? 1 : 0);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  const members = Object.entries(value);
  return Buffer.concat([
    control(7, members.length),
    ...members.flatMap(([key, inner]) => [encode(key), encode(inner)]),
  ]);
}

function control(type: number, size: number): Buffer {
  const short = Math.min(size, size < 29 ? size : size < 285 ? 29 : 30);
  const first = type < 8 ? [(type << 5) | short] : [short, type - 7];
  const more = size < 29 ? [] : size < 285 ? [size - 29] : [(size - 285) >> 8, (size - 285) & 255];
  return Buffer.from([...first, ...more]);
}
