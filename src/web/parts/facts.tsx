import type { ReactNode } from 'react';
import classes from './facts.module.css';

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
}

/** The facts of a record in reading order. */
export function Facts({
  facts,
  columns = 1,
}: {
  facts: readonly (Fact | false | undefined | null)[];
  columns?: 1 | 2;
}) {
  return (
    <dl className={classes.facts} data-columns={columns}>
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact.name} className={classes.fact}>
              <dt>{fact.name}</dt>
              <dd>{fact.value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
