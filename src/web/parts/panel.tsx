import { type ReactNode, useId } from 'react';
import classes from './panel.module.css';

interface Props {
  readonly title: string;
  /** Stands at the right of the heading. */
  readonly aside?: ReactNode;
  /** What is inside reaches the edges. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A part of a page with its heading. */
export function Panel({ title, aside, flush = false, children }: Props) {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <header className={classes.head}>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}
