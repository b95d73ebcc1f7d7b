/** The shapes of states: told apart without colour, at 10 px, in print and on the map. */
export type ShapeName = 'ring' | 'half' | 'disc' | 'triangle' | 'cross' | 'diamond' | 'bar' | 'tick';
export type Tone = 'good' | 'wait' | 'bad' | 'idle' | 'active';

export const TONE_COLOUR: Readonly<Record<Tone, string>> = {
  good: 'var(--good)',
  wait: 'var(--wait)',
  bad: 'var(--bad)',
  idle: 'var(--idle)',
  active: 'var(--accent)',
};

/** A shape around (0, 0), 5 units in every direction, for use inside any SVG. */
export function Shape({ shape, ground = 'var(--surface)' }: { shape: ShapeName; ground?: string }) {
  switch (shape) {
    case 'ring':
      return <circle r="4" fill={ground} stroke="currentColor" strokeWidth="1.6" />;
    case 'half':
      return (
        <>
          <circle r="4" fill={ground} stroke="currentColor" strokeWidth="1.6" />
          <path d="M0-4A4 4 0 0 1 0 4Z" fill="currentColor" />
        </>
      );
    case 'disc':
      return <circle r="4.8" fill="currentColor" />;
    case 'tick':
      return (
        <>
          <circle r="4.8" fill="currentColor" />
          <path d="M-2.3 0.1L-0.6 1.9L2.5-1.7" fill="none" stroke={ground} strokeWidth="1.4" />
        </>
      );
    case 'triangle':
      return <path d="M0-4.8L5 4.2H-5Z" fill="currentColor" />;
    case 'cross':
      return (
        <path d="M-3.8-3.8L3.8 3.8M3.8-3.8L-3.8 3.8" stroke="currentColor" strokeWidth="2" fill="none" />
      );
    case 'diamond':
      return <path d="M0-5L5 0L0 5L-5 0Z" fill="currentColor" />;
    case 'bar':
      return <path d="M-4.4 0H4.4" stroke="currentColor" strokeWidth="2.2" fill="none" />;
  }
}
