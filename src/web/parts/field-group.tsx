import type { ReactNode } from 'react';
import classes from './field-group.module.css';

/** Fields that answer one question. `pairs`: two beside each other. */
export function FieldGroup({
  legend,
  pairs = false,
  wrong,
  children,
}: {
  legend?: string;
  pairs?: boolean;
  wrong?: string | undefined;
  children: ReactNode;
}) {
  return (
    <fieldset className={classes.group}>
      {legend && <legend>{legend}</legend>}
      <div className={pairs ? classes.pairs : classes.stack}>{children}</div>
      {wrong && (
        <p role="alert" className={classes.wrong}>
          {wrong}
        </p>
      )}
    </fieldset>
  );
}
