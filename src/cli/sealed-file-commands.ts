/**
 * Packages as files, without any node or database: for whoever holds a file, the sender's card and,
 * to open it, a key. What is checked and how is docs/formats/sealed-package.md.
 */
import type { Command } from 'commander';
import type { AgencyId } from '#core/ids.ts';
import type { Keyring } from '#seal/open.ts';
import { agency, asIs, eachOf, instant, textFile } from './arguments.ts';
import { addCommand } from './commands.ts';
import { identitiesOf } from './identities.ts';
import { table } from './output.ts';
import { type ProgressBar, withProgress } from './progress.ts';
import { type CommandRun, runCommand } from './session.ts';
import { counted, facts, shownSize, shownTime } from './words.ts';

interface VerifyOptions {
  readonly card?: readonly string[];
  readonly at?: Date;
}

interface PageOptions {
  readonly out: string;
}

interface OpenOptions extends VerifyOptions {
  readonly identity: readonly string[];
  readonly to: string;
  readonly me: AgencyId;
}

const CARD = 'card of the sender; may stand again';
const AT = 'judge keys as of this time: when it was received (default: now)';

export function sealedFileCommands(program: Command): void {
  const group = program.commands.find((command) => command.name() === 'package');
  if (!group) throw new Error('the package commands come first');
  addCommand(
    group,
    'verify <package>',
    'prove who sealed a file and that it is whole; needs no node and no key',
    'icarus package verify malta.icarus --card denmark.card.json',
  )
    .option('--card <file>', CARD, eachOf(asIs))
    .option('--at <time>', AT, instant)
    .action((file: string, options: VerifyOptions, command: Command) =>
      runCommand(command, (run) => verify(run, file, options)),
    );
  addCommand(
    group,
    'inspect <package>',
    'show what a file says of itself, without believing it; needs no node',
    'icarus package inspect malta.icarus',
  ).action((file: string, _options: object, command: Command) =>
    runCommand(command, (run) => inspect(run, file)),
  );
  addCommand(
    group,
    'open <package>',
    'check a file in full and unpack it into a new folder; needs no node',
    'icarus package open malta.icarus --card denmark.card.json --identity age-identities.txt --me mt --to malta',
  )
    .option('--card <file>', CARD, eachOf(asIs))
    .requiredOption('--identity <file>', 'age identities, one a line; may stand again', eachOf(asIs))
    .requiredOption('--me <agency>', 'the agency that opens it', agency)
    .requiredOption('--to <folder>', 'a folder that is not there yet')
    .option('--at <time>', AT, instant)
    .action((file: string, options: OpenOptions, command: Command) =>
      runCommand(command, (run) => open(run, file, options)),
    );
  addCommand(
    group,
    'page',
    'write the page that checks and opens sealed files on a machine without a node',
    'icarus package page --out icarus-open.html',
  )
    .requiredOption('--out <file>', 'a file that is not there yet')
    .action((options: PageOptions, command: Command) => runCommand(command, (run) => page(run, options)));
}

/** For an officer of an agency without a node, on a machine without a network. */
async function page({ out }: CommandRun, { out: place }: PageOptions): Promise<void> {
  const [{ openerPage }, { stagingFile }] = await Promise.all([
    import('#server/opener-page.ts'),
    import('#platform/staging-folder.ts'),
  ]);
  const text = await openerPage();
  const file = await stagingFile(place);
  await file.write(Buffer.from(text));
  await file.commit();
  out.result({ file: place, sizeBytes: Buffer.byteLength(text) }, [
    `${place} checks and opens sealed files in any browser, without a network. Give it to the officer with your card.`,
  ]);
}

async function verify({ out, signal }: CommandRun, file: string, options: VerifyOptions): Promise<void> {
  const { readEnvelope } = await import('#seal/open.ts');
  const keyring = await keyringOf(options.card);
  const checked = await reading(file, (bytes, onProgress) =>
    readEnvelope(bytes, keyring, options.at ?? new Date(), { signal, onProgress }),
  );
  const { envelope, sizeBytes, sha256 } = checked;
  out.result(checked, [
    `The file is whole, and sealed by ${envelope.from}.`,
    ...facts([
      ['package', envelope.id],
      ['sealed', shownTime(envelope.createdAt)],
      ['for', envelope.to.join(', ')],
      ['size', shownSize(sizeBytes)],
      ['SHA-256', sha256],
    ]),
    'Its content was not opened: that takes a key of an addressee.',
  ]);
}

async function inspect({ out, signal }: CommandRun, file: string): Promise<void> {
  const [{ readContainer }, { readEnvelopeText }] = await Promise.all([
    import('#seal/container.ts'),
    import('#seal/envelope.ts'),
  ]);
  const container = await reading(file, (bytes, onProgress) =>
    readContainer(bytes, () => Promise.resolve(), { signal, onProgress }),
  );
  const envelope = readEnvelopeText(container.json);
  out.result({ believed: false, envelope, sizeBytes: container.sizeBytes, sha256: container.sha256 }, [
    'The file says of itself, and nothing of it was checked:',
    ...facts([
      ['package', envelope.id],
      ['kind', envelope.kind],
      ['from', envelope.from],
      ['to', envelope.to.join(', ')],
      ['sealed', shownTime(envelope.createdAt)],
      ['size', shownSize(container.sizeBytes)],
    ]),
    'Check it with `icarus package verify`.',
  ]);
}

async function open({ out, signal }: CommandRun, file: string, options: OpenOptions): Promise<void> {
  const [{ openPackage }, { stagingFolder }] = await Promise.all([
    import('#seal/open.ts'),
    import('#platform/staging-folder.ts'),
  ]);
  const keyring = await keyringOf(options.card);
  const identities = await identitiesOf(options.identity);
  // What is not there is said before a folder is made for it.
  await requirePackage(file);
  const sink = await stagingFolder(options.to);
  const opened = await reading(file, (stream, onProgress) =>
    openPackage({
      stream,
      keyring,
      identities,
      me: options.me,
      at: options.at ?? new Date(),
      sink,
      signal,
      onProgress,
    }),
  );
  out.result({ ...opened, folder: options.to }, [
    `${opened.envelope.from} sealed this for ${opened.envelope.to.join(', ')}; not a bit was changed.`,
    ...table(
      ['file', 'size'],
      opened.files.map(({ path, sizeBytes }) => [path, shownSize(sizeBytes)]),
    ),
    `${counted(opened.files.length, 'file')} in ${options.to}.`,
  ]);
}

async function keyringOf(files: readonly string[] = []): Promise<Keyring> {
  const { readCard } = await import('#seal/card.ts');
  const cards = await Promise.all(files.map(async (file) => readCard(await textFile(file))));
  return { cardOf: (agencyId) => cards.find((card) => card.agencyId === agencyId) };
}

async function requirePackage(path: string): Promise<void> {
  const { sealedFileSource } = await import('./sealed-file-source.ts');
  await sealedFileSource(path);
}

/** Reads a package once, with a bar. */
async function reading<T>(
  path: string,
  use: (bytes: AsyncIterable<Uint8Array>, onProgress: (doneBytes: number) => void) => Promise<T>,
): Promise<T> {
  const { sealedFileSource } = await import('./sealed-file-source.ts');
  const { sizeBytes, bytes } = await sealedFileSource(path);
  return withProgress('Reading the package', (bar: ProgressBar) =>
    use(bytes(), (doneBytes) => bar.update(doneBytes, sizeBytes, 'bytes')),
  );
}
