import type { Check } from './schemas.ts';

export interface FigureSetTable {
  id: string;
  operation_id: string;
  kind: 'provisional' | 'final';
  as_of: Date;
  computed_at: Date;
  computed_by: string;
  digest: string;
  /** jsonb: written as text, read as the list. */
  checks: Check[];
  passed: boolean;
}

interface FigureTable {
  set_id: string;
  figure_id: string;
  position: number;
  label: string;
  definition: string;
  unit: string;
  value: number;
}

interface FigureShareTable {
  set_id: string;
  figure_id: string;
  country: string;
  report_id: string | null;
  share: number;
}

export interface FigureSetReleaseTable {
  set_id: string;
  computed_by: string;
  digest: string;
  passed: boolean;
  released_by: string;
  released_by_name: string;
  released_at: Date;
  withheld: string[];
}

declare module '#platform/tables.ts' {
  interface Tables {
    figure_set: FigureSetTable;
    figure: FigureTable;
    figure_share: FigureShareTable;
    figure_set_release: FigureSetReleaseTable;
  }
}
