/** The page that checks and opens a sealed file where no node is: one HTML file, no framework, no connection. */
import '#web/theme/tokens.css';
import './page.css';
import type { AgencyId } from '#core/ids.ts';
import type { ReadOptions } from '#seal/container.ts';
import type { CheckedPackage, OpenedPackage } from '#seal/open.ts';
import { byId, element } from './elements.ts';
import { canSaveFolders, saveFile, saveFolder } from './saving.ts';
import { check, open, type Question, readCards, readIdentities } from './sealed-file.ts';
import { openStaging, type Staging } from './staging.ts';
import { contentWords, refusedWords, wholeWords } from './verdict.ts';
import { countWords, sizeWords } from './words.ts';

const checkForm = byId('check', HTMLFormElement);
const openForm = byId('open', HTMLFormElement);
const verdict = byId('verdict', HTMLElement);
const content = byId('content', HTMLElement);
const progress = byId('progress', HTMLElement);

/** What was found whole, and can be opened. */
let question: Question | undefined;
/** What is open. */
let staging: Staging | undefined;
let running: AbortController | undefined;

checkForm.addEventListener('submit', (event) => {
  event.preventDefault();
  void checking();
});
openForm.addEventListener('submit', (event) => {
  event.preventDefault();
  void opening();
});
// What was said of other files is not to stand beside these.
checkForm.addEventListener('change', () => void forget());
byId('cancel', HTMLButtonElement).addEventListener('click', () => running?.abort());
globalThis.addEventListener('pagehide', () => void staging?.discard());
followColours();
offerToKeep();

async function checking(): Promise<void> {
  await forget();
  const [file] = byId('file', HTMLInputElement).files ?? [];
  if (file === undefined) return;
  const typed = byId('at', HTMLInputElement).value;
  await judged(verdict, async () => {
    const cards = await readCards(byId('cards', HTMLInputElement).files ?? []);
    const asked = { file, cards, at: typed === '' ? new Date() : new Date(`${typed}Z`) };
    const checked = await reading(file, (options) => check(asked, options));
    question = asked;
    show(verdict, 'good', wholeWords(checked, cards));
    offerToOpen(checked);
  });
}

async function opening(): Promise<void> {
  await close();
  const [keys] = byId('identity', HTMLInputElement).files ?? [];
  const asked = question;
  if (keys === undefined || asked === undefined) return;
  const me = byId('me', HTMLSelectElement).value as AgencyId;
  await judged(content, async () => {
    const identities = await readIdentities(keys);
    const sink = await openStaging(asked.file.size);
    const opened = await reading(asked.file, (options) => open(asked, { identities, me, sink }, options));
    staging = sink;
    show(content, 'good', contentWords(opened, actsOn(opened, sink)));
  });
}

/** Shows what `act` throws as its verdict; nothing at all when it was cancelled. */
async function judged(place: HTMLElement, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (running?.signal.aborted) return;
    show(place, 'bad', refusedWords(error));
  } finally {
    running = undefined;
    setBusy(false);
  }
}

async function reading<T>(file: File, act: (options: ReadOptions) => Promise<T>): Promise<T> {
  running = new AbortController();
  const bar = byId('bar', HTMLProgressElement);
  const done = byId('done', HTMLElement);
  let shownAt = 0;
  const onProgress = (doneBytes: number): void => {
    if (performance.now() - shownAt < 100) return;
    shownAt = performance.now();
    bar.value = doneBytes / file.size;
    done.textContent = `${sizeWords(doneBytes)} of ${sizeWords(file.size)}`;
  };
  bar.value = 0;
  done.textContent = '';
  setBusy(true);
  return act({ signal: running.signal, onProgress });
}

function setBusy(isBusy: boolean): void {
  progress.hidden = !isBusy;
  for (const form of [checkForm, openForm])
    for (const each of form.elements) each.toggleAttribute('disabled', isBusy);
}

function show(place: HTMLElement, tone: 'good' | 'bad', words: readonly Node[]): void {
  place.className = tone;
  place.replaceChildren(...words);
  place.hidden = false;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: 'nearest' });
}

function offerToOpen({ envelope }: CheckedPackage): void {
  const options = envelope.to.map((agencyId) => element('option', { value: agencyId }, agencyId));
  const none = element('option', { value: '' }, 'Choose');
  byId('me', HTMLSelectElement).replaceChildren(none, ...options);
  openForm.hidden = false;
}

function actsOn({ envelope, files }: OpenedPackage, sink: Staging) {
  const say = (words: string): void => {
    byId('saved', HTMLElement).textContent = words;
  };
  const failed = (error: unknown): void =>
    say(`Not saved: ${error instanceof Error ? error.message : String(error)}`);
  const paths = files.map(({ path }) => path);
  const saveAll = (): void => {
    saveFolder(sink, paths, envelope.id).then((saved) => {
      if (saved) say(`${countWords(paths.length, 'file')} saved into the folder ${envelope.id}.`);
    }, failed);
  };
  return {
    save: (path: string): void => void saveFile(sink, path).catch(failed),
    ...(canSaveFolders() && { saveAll }),
    forget: (): void => void close(),
  };
}

async function close(): Promise<void> {
  const left = staging;
  staging = undefined;
  content.hidden = true;
  content.replaceChildren();
  await left?.discard();
}

async function forget(): Promise<void> {
  question = undefined;
  verdict.hidden = true;
  openForm.hidden = true;
  await close();
}

/** The palette is the application's, which names the scheme in this attribute. */
function followColours(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = (): void => {
    document.documentElement.dataset['mantineColorScheme'] = dark.matches ? 'dark' : 'light';
  };
  dark.addEventListener('change', follow);
  follow();
}

/** Where a node serves the page it can be kept; kept, it is a file. */
function offerToKeep(): void {
  const served = location.protocol.startsWith('http');
  byId('keep', HTMLAnchorElement).hidden = !served;
  byId('keep-why', HTMLElement).hidden = !served;
}
