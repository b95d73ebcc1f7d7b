/**
 * The press note as data. It holds words only: every number and every list comes from a figure set.
 *
 * {n:FIGURE} the number · {w:FIGURE|one|many} the word that agrees with it · {list:FIGURE} its countries ·
 * {operation} {lead} {coordinator} {asOf} {officer} {releasedAt} {set} {digest} facts of the operation and the set.
 */
import type { FigureId } from './figures.ts';
import type { Block } from './schemas.ts';

export interface TemplateLine {
  readonly kind: Block['kind'];
  /** Printed one after the other. */
  readonly sentences: readonly Sentence[];
  /** Printed only then. Default: always. */
  readonly when?: 'exercise' | 'provisional' | 'released' | 'not-released';
}

export interface Sentence {
  readonly text: string;
  /** Left out where this figure is released and 0: there is nothing to say. */
  readonly unlessZero?: FigureId;
}

export const PRESS_TEMPLATE: readonly TemplateLine[] = [
  {
    kind: 'marking',
    when: 'exercise',
    sentences: [{ text: 'Exercise. The figures and their split by country are synthetic.' }],
  },
  {
    kind: 'marking',
    when: 'not-released',
    sentences: [{ text: 'Draft, not for publication. XX stands for every figure that is not released.' }],
  },
  {
    kind: 'headline',
    sentences: [
      {
        text: 'Operation {operation}: {n:suspects-identified} {w:suspects-identified|suspect|suspects} identified, {n:suspects-arrested} arrested or detained',
      },
    ],
  },
  {
    kind: 'standfirst',
    sentences: [
      {
        text: 'Police forces of {n:countries-participating} {w:countries-participating|country|countries} act together against the sexual exploitation of children on the internet',
      },
    ],
  },
  { kind: 'caveat', when: 'provisional', sentences: [{ text: 'Provisional figures, subject to change.' }] },
  {
    kind: 'paragraph',
    sentences: [
      {
        text: 'National units of {n:countries-participating} {w:countries-participating|country|countries} took part in Operation {operation}.',
      },
      { text: 'The operation was led by the {lead} and coordinated by {coordinator}.' },
      { text: 'By {asOf}, {n:countries-reporting} of them had reported.' },
    ],
  },
  {
    kind: 'paragraph',
    sentences: [
      {
        text: '{n:suspects-identified} {w:suspects-identified|suspect was|suspects were} identified, of whom {n:suspects-arrested} {w:suspects-arrested|was|were} arrested or detained.',
      },
      {
        unlessZero: 'countries-positive',
        text: 'Positive results came from {n:countries-positive} {w:countries-positive|country|countries}: {list:countries-positive}.',
      },
      {
        unlessZero: 'countries-negative',
        text: 'Negative results came from {n:countries-negative} {w:countries-negative|country|countries}: {list:countries-negative}.',
      },
      {
        unlessZero: 'countries-not-actionable',
        text: 'No target was actionable in {n:countries-not-actionable} {w:countries-not-actionable|country|countries}: {list:countries-not-actionable}.',
      },
    ],
  },
  {
    kind: 'paragraph',
    sentences: [
      {
        unlessZero: 'victims-safeguarded',
        text: '{n:victims-safeguarded} {w:victims-safeguarded|victim was|victims were} safeguarded.',
      },
    ],
  },
  {
    kind: 'paragraph',
    sentences: [
      {
        text: 'Of {n:targets-sent} {w:targets-sent|target|targets} sent to the national units, {n:targets-worked} {w:targets-worked|has|have} been worked so far and {n:targets-pending} {w:targets-pending|is|are} pending.',
      },
      {
        unlessZero: 'devices-seized',
        text: 'In {n:searches} {w:searches|search|searches}, {n:devices-seized} {w:devices-seized|device was|devices were} seized. They hold {n:bytes-seized} of data, which is to be examined.',
      },
    ],
  },
  { kind: 'heading', sentences: [{ text: 'Notes to editors' }] },
  { kind: 'definition', sentences: [{ text: 'Countries that took part: {list:countries-participating}.' }] },
];

/** After the definitions of the figures that the note uses. */
export const PRESS_CLOSING: readonly TemplateLine[] = [
  {
    kind: 'release',
    when: 'released',
    sentences: [
      { text: 'Released by {officer} on {releasedAt}.' },
      { text: 'Figures as of {asOf}. Figure set {set}, digest {digest}.' },
    ],
  },
  {
    kind: 'release',
    when: 'not-released',
    sentences: [
      { text: 'Not released.' },
      { text: 'Figures as of {asOf}. Figure set {set}, digest {digest}.' },
    ],
  },
];
