import type { Generated, JSONColumnType } from 'kysely';

export type WorkState = 'open' | 'done' | 'failed' | 'cancelled';

export interface ObservationSharedWorkTable {
  id: string;
  sequence: Generated<number>;
  kind: string;
  operation_id: string;
  work_key: string;
  spec: JSONColumnType<object>;
  state: Generated<WorkState>;
  error_code: string | null;
  result: JSONColumnType<object> | null;
  started_at: Date;
  started_by: string;
  ended_at: Date | null;
}

export interface ObservationPartitionJobTable {
  work_id: string;
  part: number;
  final: boolean;
  state: Generated<'waiting' | 'running' | 'done'>;
  fence: Generated<number>;
  worker: string | null;
  heartbeat_at: Date | null;
  failures: Generated<number>;
  result: JSONColumnType<object> | null;
}

declare module '#platform/tables.ts' {
  interface Tables {
    observation_shared_work: ObservationSharedWorkTable;
    observation_partition_job: ObservationPartitionJobTable;
  }
}
