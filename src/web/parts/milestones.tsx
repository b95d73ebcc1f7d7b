import type { ReactNode } from 'react';
import { Shape, TONE_COLOUR } from '#web/state/shape.tsx';
import classes from './milestones.module.css';

export interface Milestone {
  readonly name: string;
  /** done: it is behind; open: it comes next or later; failed: it was refused. */
  readonly state: 'done' | 'open' | 'failed';
  readonly value: ReactNode;
}

const LOOK = {
  done: { shape: 'tick', tone: 'good' },
  open: { shape: 'ring', tone: 'idle' },
  failed: { shape: 'cross', tone: 'bad' },
} as const;

/** How far something has come, step by step. */
export function Milestones({ steps }: { steps: readonly Milestone[] }) {
  return (
    <ol className={classes.steps}>
      {steps.map(({ name, state, value }) => (
        <li key={name} data-state={state}>
          <svg
            viewBox="-6 -6 12 12"
            width="14"
            height="14"
            aria-hidden="true"
            style={{ color: TONE_COLOUR[LOOK[state].tone] }}
          >
            <Shape shape={LOOK[state].shape} />
          </svg>
          <strong>{name}</strong>
          <span>{value}</span>
        </li>
      ))}
    </ol>
  );
}
