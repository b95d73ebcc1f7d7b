import type { ReactNode } from 'react';
import type { Totals } from '#casework/types.ts';
import { t } from '#web/messages/messages.ts';
import { count } from '#web/words/format.ts';
import { Size } from './size.tsx';
import classes from './sums.module.css';

const SHOWN = [
  'targets',
  'positive',
  'negative',
  'notActionable',
  'pending',
  'subscribersIdentified',
  'searches',
  'suspectsIdentified',
  'suspectsArrested',
  'victimsSafeguarded',
  'devicesSeized',
  'bytesSeized',
  'producers',
  'handsOn',
  'imminentRisk',
] as const satisfies readonly (keyof Totals)[];

/** The sums over targets. `link` wraps a number in what it counts, where there is a page that shows it. */
export function Sums({
  totals,
  link,
}: {
  totals: Totals;
  link?: (name: keyof Totals, number: ReactNode) => ReactNode;
}) {
  return (
    <dl className={classes.sums}>
      {SHOWN.map((name) => {
        const number = name === 'bytesSeized' ? <Size bytes={totals.bytesSeized} /> : count(totals[name]);
        return (
          <div key={name} data-zero={totals[name] === 0 || undefined}>
            <dt>{t(`sums.${name}`)}</dt>
            <dd>{link?.(name, number) ?? number}</dd>
          </div>
        );
      })}
    </dl>
  );
}
