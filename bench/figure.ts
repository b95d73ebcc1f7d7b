/** One measured figure of a benchmark, beside the peer measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same job done by something else, in the same run on the same input. */
  readonly peer?: { readonly name: string; readonly value: number } | undefined;
  /** value / peer.value, in the unit's own sense (times: smaller is better; rates: larger). */
  readonly ratio?: number | undefined;
}

export interface BenchOptions {
  /** Ends within 50 s and is still meaningful. */
  readonly small: boolean;
  /** How many rows, where the benchmark measures several sizes and somebody says which. */
  readonly rows?: readonly number[] | undefined;
  /** An empty folder to work in; removed afterwards. */
  readonly scratch: string;
  log(text: string): void;
}

/** What a room's file in bench/ exports. */
export interface Benchmark {
  readonly room: string;
  run(options: BenchOptions): Promise<Figure[]>;
}
