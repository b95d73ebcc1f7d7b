import { UnstyledButton } from '@mantine/core';
import type { Block, Span } from '#results/schemas.ts';
import classes from './note-block.module.css';

const ELEMENT = {
  marking: 'p',
  headline: 'h2',
  standfirst: 'p',
  paragraph: 'p',
  caveat: 'p',
  heading: 'h3',
  definition: 'p',
  release: 'p',
} as const satisfies Record<Block['kind'], string>;

interface Props {
  readonly block: Block;
  readonly chosen: string | undefined;
  readonly onChoose: (figureId: string) => void;
}

/** A block of the press note. */
export function NoteBlock({ block, chosen, onChoose }: Props) {
  const Element = ELEMENT[block.kind];
  return (
    <Element className={classes[block.kind] ?? ''}>
      {block.spans.map((span, index) => (
        <Run key={`${index} ${span.text}`} span={span} chosen={chosen} onChoose={onChoose} />
      ))}
    </Element>
  );
}

function Run({
  span,
  chosen,
  onChoose,
}: {
  span: Span;
  chosen: string | undefined;
  onChoose: (figureId: string) => void;
}) {
  const { kind, text, figureId } = span;
  if (figureId === undefined || (kind !== 'figure' && kind !== 'country')) return text;
  return (
    <UnstyledButton
      component="span"
      role="button"
      tabIndex={0}
      className={classes.run ?? ''}
      data-chosen={figureId === chosen || undefined}
      data-kind={kind}
      onClick={() => onChoose(figureId)}
      onKeyDown={(event) => event.key === 'Enter' && onChoose(figureId)}
    >
      {text}
    </UnstyledButton>
  );
}
