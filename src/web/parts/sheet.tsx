import type { ReactNode } from 'react';
import classes from './panel.module.css';

/** A part of a page that needs no heading of its own: a table brings its own name and tools. */
export function Sheet({ children }: { children: ReactNode }) {
  return <div className={classes.panel}>{children}</div>;
}
