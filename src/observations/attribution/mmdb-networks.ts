/**
 * Every network of a MaxMind DB in ascending order, one at a time. IPv4 lies in an IPv6 tree below 96 bits
 * of zero; other branches that lead there (mapped addresses, 6to4, Teredo) are the same networks again and
 * are passed over. A tree in which another branch leads to a node a second time is damaged.
 */
import type { MmdbFile } from './mmdb-file.ts';

export interface MmdbNetwork {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  /** Names the record; networks of one record have the same. */
  readonly child: number;
}

interface Branch {
  readonly child: number;
  readonly depth: number;
  readonly first: bigint;
}

const IPV4_DEPTH = 96;

/** @throws RangeError where the tree is damaged */
export function* networksOf(file: MmdbFile): Generator<MmdbNetwork> {
  let held: MmdbNetwork | undefined;
  for (const network of leavesOf(file)) {
    if (
      held &&
      held.child === network.child &&
      held.family === network.family &&
      held.last + 1n === network.first
    ) {
      held = { ...held, last: network.last };
      continue;
    }
    if (held) yield held;
    held = network;
  }
  if (held) yield held;
}

function* leavesOf(file: MmdbFile): Generator<MmdbNetwork> {
  const { nodeCount, ipVersion } = file;
  const bits = ipVersion === 4 ? 32 : 128;
  const ipv4 = ipVersion === 6 ? ipv4Node(file) : undefined;
  const seen = new Uint8Array(Math.ceil(nodeCount / 8));
  const branches: Branch[] = [{ child: 0, depth: 0, first: 0n }];
  for (let branch = branches.pop(); branch; branch = branches.pop()) {
    const { child, depth, first } = branch;
    if (child === nodeCount) continue;
    if (child > nodeCount) {
      yield leaf(branch, bits);
      continue;
    }
    if (child === ipv4 && (depth !== IPV4_DEPTH || first !== 0n)) continue;
    const [at, bit] = [child >> 3, 1 << (child & 7)];
    if (depth >= bits || ((seen[at] ?? 0) & bit) !== 0)
      throw new RangeError('the tree leads to a node twice');
    seen[at] = (seen[at] ?? 0) | bit;
    const half = 1n << BigInt(bits - depth - 1);
    branches.push({ child: file.child(child, true), depth: depth + 1, first: first + half });
    branches.push({ child: file.child(child, false), depth: depth + 1, first });
  }
}

function leaf({ child, depth, first }: Branch, bits: number): MmdbNetwork {
  const last = first + (1n << BigInt(bits - depth)) - 1n;
  return { family: bits === 32 || (depth >= IPV4_DEPTH && last < 1n << 32n) ? 4 : 6, first, last, child };
}

/** The node at which IPv4 begins; undefined where the tree ends before. */
function ipv4Node(file: MmdbFile): number | undefined {
  let node = 0;
  for (let depth = 0; depth < IPV4_DEPTH; depth++) {
    node = file.child(node, false);
    if (node >= file.nodeCount) return undefined;
  }
  return node;
}
