import type { Generated } from 'kysely';

export interface CustodyEventTable {
  sequence: Generated<number>;
  at: Date;
  kind: string;
  actor: string;
  operation_id: string | null;
  subject_kind: string;
  subject_id: string;
  /** Null once it was erased, as is its salt. */
  event: string | null;
  salt: Buffer | null;
}

export interface CustodyWaitingTable {
  sequence: number;
  since: Date | null;
}

export interface CustodyLeafTable {
  index: number;
  event_sequence: number;
  leaf_hash: Buffer;
}

export interface CustodyTileTable {
  level: number;
  index: number;
  hashes: Buffer;
  /** Of a full tile. */
  nodes: Buffer | null;
}

export interface CustodyCheckpointTable {
  size: number;
  root: Buffer;
  signed_at: Date;
  note: string;
}

export interface CustodyCosignatureTable {
  size: number;
  witness: string;
  cosigned_at: Date;
  line: string;
}

export interface CustodyPeerCheckpointTable {
  origin: string;
  size: number;
  root: Buffer;
  signed_at: Date;
  note: string;
  seen_at: Date;
  cosignature: string | null;
}

export interface CustodyForkTable {
  id: string;
  origin: string;
  kind: string;
  first_note: string;
  second_note: string;
  found_at: Date;
  reported_by: string | null;
  settled_at: Date | null;
  settled_by: string | null;
  reason: string | null;
}

declare module '#platform/tables.ts' {
  interface Tables {
    custody_event: CustodyEventTable;
    custody_waiting: CustodyWaitingTable;
    custody_leaf: CustodyLeafTable;
    custody_tile: CustodyTileTable;
    custody_checkpoint: CustodyCheckpointTable;
    custody_cosignature: CustodyCosignatureTable;
    custody_peer_checkpoint: CustodyPeerCheckpointTable;
    custody_fork: CustodyForkTable;
  }
}
