import type { ReactNode } from 'react';
import classes from './columns.module.css';

/** Two columns of a page: what it is about, and what stands beside it. `wide`: the first gets most of the room. */
export function Columns({
  children,
  side,
  wide = false,
}: {
  children: ReactNode;
  side: ReactNode;
  wide?: boolean;
}) {
  return (
    <div className={classes.columns} data-wide={wide || undefined}>
      <div className={classes.stack}>{children}</div>
      <div className={classes.stack}>{side}</div>
    </div>
  );
}

/** Parts of a page below each other. */
export function Stack({ children }: { children: ReactNode }) {
  return <div className={classes.stack}>{children}</div>;
}
