import type { Generated, JSONColumnType } from 'kysely';
import type { CurveScope } from './curve.ts';

export interface FreezeCurveTable {
  id: string;
  sequence: Generated<number>;
  operation_id: string;
  run_id: string;
  basis_digest: string;
  transit_days: number;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  share: number;
  requested_at: Date;
  requested_by: string;
  finished_at: Date | null;
  error_code: string | null;
  scopes: JSONColumnType<CurveScope[]> | null;
}

declare module '#platform/tables.ts' {
  interface Tables {
    freeze_curve: FreezeCurveTable;
  }
}
