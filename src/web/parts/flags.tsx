import type { Flag } from '#casework/types.ts';
import { t } from '#web/messages/messages.ts';
import type { StateLook } from '#web/state/state-mark.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import classes from './flags.module.css';

const LOOK: Readonly<Record<Flag, StateLook>> = {
  'imminent-risk': { shape: 'diamond', tone: 'bad' },
  'hands-on': { shape: 'triangle', tone: 'bad' },
  producer: { shape: 'triangle', tone: 'wait' },
};

/** Flags that a person has set. */
export function Flags({ flags }: { flags: readonly Flag[] }) {
  return (
    <span className={classes.flags}>
      {flags.map((flag) => (
        <StateMark key={flag} look={LOOK[flag]} word={t(`flag.${flag}`)} />
      ))}
    </span>
  );
}
