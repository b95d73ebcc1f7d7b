import { Problem } from '#web/parts/problem.tsx';

/** A page that broke: the frame stays, the reader learns what to do. */
export function PageFailure({ error, reset }: { error: unknown; reset: () => void }) {
  return <Problem error={error} onRetry={reset} />;
}
