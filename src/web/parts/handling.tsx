import type { Handling } from '#core/handling.ts';
import { handlingWords } from '#web/frame/handling-codes.tsx';
import { t } from '#web/messages/messages.ts';
import classes from './handling.module.css';

/** Handling codes, each in words. */
export function HandlingInWords({ handling }: { handling: Handling }) {
  if (handling.codes.length === 0) return t('handling.none');
  return (
    <ul className={classes.codes}>
      {handlingWords({ codes: [...handling.codes], text: handling.text }).map((words) => (
        <li key={words}>{words}</li>
      ))}
    </ul>
  );
}
