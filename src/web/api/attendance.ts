/**
 * Is somebody at the page? What it looks up by itself while nobody touches it says so, and then keeps no session from
 * ending unused.
 */
const TOUCHES = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

/** A page that is read is touched now and then. */
const PRESENT_FOR_MS = 60_000;

let touchedAt = performance.now();

/** From now on, for as long as the page stands. */
export function watchAttendance(): void {
  const touched = (): void => {
    touchedAt = performance.now();
  };
  for (const touch of TOUCHES) window.addEventListener(touch, touched, { capture: true, passive: true });
}

/** Headers of what the page looks up. */
export function attendanceHeaders(): Record<string, string> {
  return performance.now() - touchedAt > PRESENT_FOR_MS ? { 'x-unattended': '1' } : {};
}
