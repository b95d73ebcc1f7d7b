/** Now, by this machine: for what must happen in time whatever becomes of its clocks. */

/** By two clocks: one stands still while the machine sleeps, the other may be set. */
export interface Moment {
  readonly wallMs: number;
  readonly pageMs: number;
}

export function moment(): Moment {
  return { wallMs: Date.now(), pageMs: performance.now() };
}
