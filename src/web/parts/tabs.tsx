import type { ReactNode } from 'react';
import classes from './tabs.module.css';

/** Links to the pages of one room, above each of them. */
export function Tabs({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className={`${classes.tabs} no-print`} aria-label={label}>
      {children}
    </nav>
  );
}
