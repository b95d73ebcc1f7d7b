/** What the page says of a file: whole and by whom, refused and why, opened and what is in it. */
import { isIcarusError } from '#core/errors.ts';
import type { AgencyCard } from '#seal/card.ts';
import type { CheckedPackage, OpenedPackage } from '#seal/open.ts';
import { fingerprint } from '#seal/public-key.ts';
import { code, element, facts } from './elements.ts';
import { countWords, sizeWords, timeWords } from './words.ts';

export function wholeWords(checked: CheckedPackage, cards: readonly AgencyCard[]): Node[] {
  const { envelope, signedBy } = checked;
  const sender = cards.find(({ agencyId }) => agencyId === envelope.from);
  const name = (agencyId: string): string => {
    const card = cards.find((each) => each.agencyId === agencyId);
    return card === undefined ? agencyId : `${card.name} (${agencyId})`;
  };
  return [
    element('h2', {}, `The file is whole, and sealed by ${name(envelope.from)}.`),
    facts([
      ['For', envelope.to.map(name).join(', ')],
      ...(envelope.via === null ? [] : [['Carried by', name(envelope.via)] as const]),
      ['Sealed', timeWords(envelope.createdAt)],
      ['What it is', envelope.kind],
      ...(envelope.subject === undefined ? [] : [['Subject', envelope.subject] as const]),
      ['Name', code(envelope.id)],
      ['Size', sizeWords(checked.sizeBytes)],
      ['Signed with the key', code(fingerprint(signedBy))],
      ['SHA-256 of the file', code(checked.sha256)],
    ]),
    element(
      'p',
      { className: 'note' },
      element('strong', {}, 'This is as true as the card is. '),
      `Compare the key’s fingerprint with ${sender?.name ?? envelope.from} by telephone, under a number that you already have, unless you did so before.`,
    ),
    element('p', {}, 'Its content was not opened: that takes a key of an addressee.'),
  ];
}

export function refusedWords(error: unknown): Node[] {
  if (!isIcarusError(error)) {
    return [
      element('h2', {}, 'The file could not be read.'),
      element('p', {}, 'The browser gave an error. Choose the file again; if it stays so, copy it again.'),
      element('p', {}, code(error instanceof Error ? error.message : String(error))),
    ];
  }
  return [
    element('h2', {}, 'Refused.'),
    element('p', {}, error.message),
    element('p', { className: 'soft' }, 'Code: ', code(error.code), '. Nothing of the content was kept.'),
  ];
}

export interface ContentActs {
  save(path: string): void;
  /** Missing where the browser cannot write into a folder. */
  readonly saveAll?: () => void;
  forget(): void;
}

export function contentWords(opened: OpenedPackage, acts: ContentActs): Node[] {
  const rows = opened.files.map(({ path, sizeBytes, sha512 }) => {
    const save = element(
      'button',
      { type: 'button', className: 'quiet', onclick: () => acts.save(path) },
      'Save',
    );
    save.setAttribute('aria-label', `Save ${path}`);
    return element(
      'tr',
      {},
      element('td', {}, path),
      element('td', { className: 'number' }, sizeWords(sizeBytes)),
      element('td', {}, element('code', { title: sha512 }, `${sha512.slice(0, 16)}…`)),
      element('td', { className: 'number' }, save),
    );
  });
  const head = ['File', 'Size', 'SHA-512', ''].map((title) => element('th', { scope: 'col' }, title));
  const table = element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...rows),
  );
  const known = new Set(['External-Identifier', 'Bagging-Date', 'Payload-Oxum']);
  const lines = Object.entries(opened.bagInfo).filter(
    ([label]) => !known.has(label) && !label.startsWith('Icarus-'),
  );
  return [
    element('h2', {}, `Opened: ${countWords(opened.files.length, 'file')}, not a bit changed.`),
    ...(lines.length > 0 ? [facts(lines.map(([label, value]) => [label.replaceAll('-', ' '), value]))] : []),
    ...(rows.length > 0 ? [element('div', { className: 'scroll' }, table)] : []),
    element(
      'div',
      { className: 'acts' },
      ...(acts.saveAll && rows.length > 0
        ? [element('button', { type: 'button', onclick: acts.saveAll }, 'Save all into a folder')]
        : []),
      element(
        'button',
        { type: 'button', className: 'quiet', onclick: acts.forget },
        'Close, and remove it from this page',
      ),
    ),
    element('p', { className: 'soft', id: 'saved' }),
  ];
}
