import { Shape, type ShapeName, TONE_COLOUR, type Tone } from './shape.tsx';
import classes from './state-mark.module.css';

export interface StateLook {
  readonly tone: Tone;
  readonly shape: ShapeName;
}

/** A state as it stands everywhere: its shape, then its word. */
export function StateMark({
  look,
  word,
  title,
}: {
  look: StateLook;
  word: string;
  title?: string | undefined;
}) {
  return (
    <span className={classes.mark} title={title}>
      <svg
        viewBox="-6 -6 12 12"
        width="12"
        height="12"
        aria-hidden="true"
        style={{ color: TONE_COLOUR[look.tone] }}
      >
        <Shape shape={look.shape} />
      </svg>
      {word}
    </span>
  );
}
