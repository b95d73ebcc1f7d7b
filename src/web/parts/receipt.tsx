import type { ReactNode } from 'react';
import classes from './receipt.module.css';

/** The end of an act with consequences: what was done, and its proof. */
export function Receipt({ title, words, children }: { title: string; words?: string; children: ReactNode }) {
  return (
    <section className={classes.receipt} role="status">
      <h2>{title}</h2>
      {words && <p>{words}</p>}
      {children}
    </section>
  );
}
