/**
 * The press note, as blocks of text in which every number says which figure it is. Made from a figure
 * set and nothing else: what is not released prints as XX, and a list of names that does not agree
 * with its count stops the note. Pure; DOCX and PDF print these blocks and add nothing.
 */
import { countryName } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import { isReleased } from './figure-set.ts';
import type { FigureSetWithFigures } from './figure-store.ts';
import { type CountedFigure, type FigureId, isFigureId } from './figures.ts';
import { listCheck } from './list-check.ts';
import { PRESS_CLOSING, PRESS_TEMPLATE, type Sentence, type TemplateLine } from './press-template.ts';
import type { Block, PressNote, Span } from './schemas.ts';

/** What stands for a figure that is not released. */
export const WITHHELD = 'XX';

export interface PressFacts {
  readonly codeName: string;
  readonly exercise: boolean;
  /** Names of the agencies. */
  readonly lead: string;
  readonly coordinator: string;
}

/** @throws results/list-disagrees when a list would print other names than are counted */
export function pressNote(set: FigureSetWithFigures, facts: PressFacts): PressNote {
  const source: Source = { set, facts };
  const lines = blocksOf(PRESS_TEMPLATE, source);
  const blocks = [...lines, ...definitions(set, lines), ...blocksOf(PRESS_CLOSING, source)];
  const lists = blocks.flatMap(({ spans }) => listsIn(spans, set));
  const wrong = lists.find(({ agrees }) => !agrees);
  if (wrong)
    throw new IcarusError('results/list-disagrees', { counted: wrong.counted, printed: wrong.printed });
  return {
    figureSetId: set.figureSetId,
    title: `Operation ${facts.codeName}: press note`,
    issuer: facts.coordinator,
    released: set.release !== undefined,
    kind: set.kind,
    exercise: facts.exercise,
    blocks,
    lists,
  };
}

interface Source {
  readonly set: FigureSetWithFigures;
  readonly facts: PressFacts;
}

function blocksOf(lines: readonly TemplateLine[], source: Source): Block[] {
  return lines
    .filter(({ when }) => when === undefined || holds(when, source))
    .map(({ kind, sentences }) => ({ kind, spans: spansOf(sentences, source) }))
    .filter(({ spans }) => spans.length > 0);
}

function holds(when: NonNullable<TemplateLine['when']>, { set, facts }: Source): boolean {
  const conditions = {
    exercise: facts.exercise,
    provisional: set.kind === 'provisional',
    released: set.release !== undefined,
    'not-released': set.release === undefined,
  };
  return conditions[when];
}

const PLACEHOLDER = /\{([^}]*)\}/;

function spansOf(sentences: readonly Sentence[], source: Source): Span[] {
  const { set } = source;
  const said = sentences.filter(
    ({ unlessZero }) =>
      unlessZero === undefined || !isReleased(set, unlessZero) || figureOf(set, unlessZero).value > 0,
  );
  // Split by the placeholder's group: even parts are the template's words, odd parts placeholders.
  return said.flatMap(({ text: words }, sentence) =>
    `${sentence > 0 ? ' ' : ''}${words}`
      .split(PLACEHOLDER)
      .flatMap((part, i) => (i % 2 === 1 ? fill(part, source) : part === '' ? [] : [text(part)])),
  );
}

function fill(placeholder: string, source: Source): Span[] {
  const [, kind, name = '', one, many] =
    /^(n|w|list):([a-z-]+)(?:\|([^|]*)\|([^|]*))?$/.exec(placeholder) ?? [];
  if (kind === undefined) return [factOf(placeholder, source)];
  if (!isFigureId(name)) throw new Error(`the press template names a figure ${name} that does not exist`);
  const figure = figureOf(source.set, name);
  const released = isReleased(source.set, name);
  if (kind === 'w') return [text((released && figure.value === 1 ? one : many) ?? '')];
  if (!released) return [{ kind: 'figure', text: WITHHELD, figureId: name }];
  return kind === 'n' ? [{ kind: 'figure', text: formatValue(figure), figureId: name }] : countryList(figure);
}

function factOf(name: string, { set, facts }: Source): Span {
  const known: Record<string, string | undefined> = {
    operation: facts.codeName,
    lead: facts.lead,
    coordinator: facts.coordinator,
    asOf: formatMoment(set.asOf),
    officer: set.release?.releasedByName,
    releasedAt: set.release && formatMoment(set.release.releasedAt),
    set: set.figureSetId,
    digest: set.digest,
  };
  const fact = known[name];
  if (fact === undefined) throw new Error(`the press template asks for ${name}, which there is not`);
  return { kind: 'fact', text: fact };
}

/** Names in alphabetical order: "Austria, Belgium and Spain". */
function countryList(figure: CountedFigure): Span[] {
  const named = figure.shares
    .map(({ country }) => ({ country, name: countryName(country) }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
  return named.flatMap(({ country, name }, i): Span[] => {
    const span: Span = { kind: 'country', text: name, figureId: figure.figureId, country };
    return i === 0 ? [span] : [text(i === named.length - 1 ? ' and ' : ', '), span];
  });
}

/** The exact definition of each figure that the note prints a number of, once. */
function definitions(set: FigureSetWithFigures, lines: readonly Block[]): Block[] {
  const used = new Set(
    lines.flatMap(({ spans }) =>
      spans.filter(({ kind }) => kind === 'figure').map(({ figureId }) => figureId),
    ),
  );
  return set.figures
    .filter(({ figureId }) => used.has(figureId))
    .map(({ label, definition }) => ({ kind: 'definition', spans: [text(`${label}: `), text(definition)] }));
}

function listsIn(spans: readonly Span[], set: FigureSetWithFigures) {
  const printed = Map.groupBy(
    spans.filter(({ kind }) => kind === 'country'),
    ({ figureId }) => figureId,
  );
  return [...printed].map(([figureId, names]) =>
    listCheck(
      figureOf(set, figureId as FigureId),
      names.map((name) => name.text),
    ),
  );
}

function figureOf(set: FigureSetWithFigures, figureId: FigureId): CountedFigure {
  const figure = set.figures.find((candidate) => candidate.figureId === figureId);
  if (!figure) throw new IcarusError('results/figure-unknown', { figure: figureId });
  return figure;
}

function text(words: string): Span {
  return { kind: 'text', text: words };
}

const NUMBER = new Intl.NumberFormat('en-GB');
const ONE_DECIMAL = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });
const BYTE_UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A count with separators; a size in decimal units with one decimal. */
export function formatValue({ value, unit }: Pick<CountedFigure, 'value' | 'unit'>): string {
  if (unit !== 'bytes') return NUMBER.format(value);
  const power = value < 1000 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(value) / 3));
  return `${ONE_DECIMAL.format(value / 1000 ** power)} ${BYTE_UNITS[power]}`;
}

const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

function formatMoment(at: Date): string {
  return `${MOMENT.format(at)} UTC`;
}
