import type { ReactNode } from 'react';
import classes from './empty.module.css';

/** Nothing to show: says so, and what to do next. */
export function Empty({ what, children }: { what: string; children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <p className={classes.what}>{what}</p>
      {children && <div className="soft">{children}</div>}
    </div>
  );
}
