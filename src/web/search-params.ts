/** Reading the search part of an address: what is missing or nonsense is left out, never an error. */
import { HIT_SORTS, HIT_STATES, SELECTOR_TYPES, STANDINGS } from '#web/words/hits.ts';
import { LINK_RULES } from '#web/words/links.ts';
import { CATEGORIES, FLAGS, OUTCOMES } from '#web/words/outcomes.ts';
import { COVER_MOST, MARKS, SEVERITIES } from '#web/words/targets.ts';

type Raw = Record<string, unknown>;

const text = (raw: Raw, name: string) => {
  const value = raw[name];
  return typeof value === 'string' && value !== ''
    ? value.slice(0, 200)
    : typeof value === 'number'
      ? String(value)
      : undefined;
};
const whole = (raw: Raw, name: string) => {
  const value = Number(raw[name]);
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
};
const oneOf = <T extends string>(raw: Raw, name: string, values: readonly T[]) =>
  values.find((value) => value === raw[name]);

/** Leaves out what has no value, so that it does not stand in the address. */
function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

export const frameSearch = (raw: Raw) => given({ operation: text(raw, 'operation') });

/** A sort stands as `column` or `-column`, the latter from high to low. */
const list = (raw: Raw) => ({ sort: text(raw, 'sort'), from: whole(raw, 'from') });

export const boardSearch = (raw: Raw) => given({ sort: text(raw, 'sort'), show: text(raw, 'show') });
export const importSearch = (raw: Raw) => given({ upload: text(raw, 'upload') });
export const targetsSearch = (raw: Raw) =>
  given({
    ...list(raw),
    country: text(raw, 'country'),
    find: text(raw, 'find'),
    mark: oneOf(raw, 'mark', MARKS),
    severity: oneOf(raw, 'severity', SEVERITIES),
    hours: whole(raw, 'hours'),
    files: whole(raw, 'files'),
  });
export const linksSearch = (raw: Raw) =>
  given({ from: whole(raw, 'from'), rule: oneOf(raw, 'rule', LINK_RULES) });
export const coverSearch = (raw: Raw) => {
  const country = text(raw, 'country');
  const most = whole(raw, 'most');
  return given({
    country: country && /^[A-Z]{2}$/.test(country) ? country : undefined,
    most: most && Math.min(most, COVER_MOST),
    hearsay: raw['hearsay'] === true || undefined,
    expired: raw['expired'] === true || undefined,
  });
};
export const packagesSearch = (raw: Raw) =>
  given({ sort: text(raw, 'sort'), country: text(raw, 'country'), state: text(raw, 'state') });
export const messagesSearch = (raw: Raw) =>
  given({
    direction: oneOf(raw, 'direction', ['sent', 'received']),
    kind: text(raw, 'kind'),
    before: text(raw, 'before'),
  });
export const messageSearch = (raw: Raw) =>
  given({ direction: oneOf(raw, 'direction', ['sent', 'received']) });
export const deadlinesSearch = (raw: Raw) => given({ show: oneOf(raw, 'show', ['alarms', 'overdue']) });
export const lettersSearch = (raw: Raw) =>
  given({
    direction: oneOf(raw, 'direction', ['sent', 'received']),
    kind: oneOf(raw, 'kind', ['message', 'query', 'answer']),
    before: text(raw, 'before'),
  });
export const writeSearch = (raw: Raw) => given({ reply: text(raw, 'reply'), replace: text(raw, 'replace') });
export const figureSetSearch = (raw: Raw) =>
  given({ show: oneOf(raw, 'show', ['figures', 'note']), figure: text(raw, 'figure') });
export const caseworkSearch = (raw: Raw) =>
  given({
    ...list(raw),
    outcome: oneOf(raw, 'outcome', OUTCOMES),
    flag: oneOf(raw, 'flag', FLAGS),
    category: oneOf(raw, 'category', CATEGORIES),
  });
export const reportsSearch = (raw: Raw) =>
  given({
    sort: text(raw, 'sort'),
    country: text(raw, 'country'),
    superseded: raw.superseded === true || undefined,
  });
export const custodySearch = (raw: Raw) => given({ kind: text(raw, 'kind'), id: text(raw, 'id') });
export const programmeSearch = (raw: Raw) => given({ id: text(raw, 'id') });
export const evidenceSearch = (raw: Raw) => given({ sort: text(raw, 'sort'), state: text(raw, 'state') });
export const registerSearch = (raw: Raw) => given({ target: text(raw, 'target') });
export const filesSearch = (raw: Raw) =>
  given({
    inventory: text(raw, 'inventory'),
    verdict: oneOf(raw, 'verdict', ['known', 'of-interest', 'benign', 'unknown', 'not-examined']),
    mediaType: text(raw, 'mediaType'),
    find: text(raw, 'find'),
    after: whole(raw, 'after'),
  });
export const hitsSearch = (raw: Raw) =>
  given({
    state: oneOf(raw, 'state', HIT_STATES),
    standing: oneOf(raw, 'standing', STANDINGS),
    country: text(raw, 'country'),
    selectorType: oneOf(raw, 'selectorType', SELECTOR_TYPES),
    sort: oneOf(raw, 'sort', HIT_SORTS),
    from: whole(raw, 'from'),
  });
export const rulesSearch = (raw: Raw) => given({ sort: text(raw, 'sort'), country: text(raw, 'country') });
export const curveSearch = (raw: Raw) => {
  const transit = Number(raw['transit'] ?? Number.NaN);
  return given({
    country: text(raw, 'country'),
    transit: Number.isInteger(transit) && transit >= 0 && transit <= 365 ? transit : undefined,
  });
};
export const draftRequestSearch = (raw: Raw) => given({ revise: text(raw, 'revise') });
