import { Time } from './time.tsx';

/** When something was done, and by whom. */
export function Done({ at, by }: { at: string; by: string }) {
  return (
    <>
      <Time at={at} /> · <span className="mono">{by}</span>
    </>
  );
}
