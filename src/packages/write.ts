/**
 * Writing a package's files. Targets stream through one at a time: first the lists, then the dossiers,
 * which are drawn from targets.json, so that paper and data cannot differ. No clock is read here: the
 * same targets and contents give the same bytes.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { IcarusError } from '#core/errors.ts';
import type { PdfFonts } from '#platform/pdf.ts';
import { readTargets, TARGETS_FILE } from './content.ts';
import { ADDRESSES_CSV_HEAD, addressLines, TARGETS_CSV_HEAD, targetLine } from './csv.ts';
import { dossierPdf } from './dossier.ts';
import type { PackageFrame } from './frame.ts';
import { SUMMARY_TARGETS, summaryPdf } from './summary.ts';
import type { TargetDocument } from './types.ts';

export interface DocumentRequest {
  /** Holds targets.json. */
  readonly folder: string;
  readonly fonts: PdfFonts;
  readonly frame: PackageFrame;
  readonly signal: AbortSignal | undefined;
  /** Called after each dossier. */
  readonly onDossier: () => void;
}

/** What the lists counted. */
export interface ListCounts {
  readonly targets: number;
  readonly addresses: number;
}

/** Writes targets.json, targets.csv and addresses.csv; targets come by rank, from 1. */
export async function writeLists(
  folder: string,
  targets: AsyncIterable<TargetDocument>,
  signal?: AbortSignal,
): Promise<ListCounts> {
  const json = openText(join(folder, TARGETS_FILE));
  const csv = openText(join(folder, 'targets.csv'));
  const addresses = openText(join(folder, 'addresses.csv'));
  const counts = { targets: 0, addresses: 0 };
  try {
    await csv.write(TARGETS_CSV_HEAD);
    await addresses.write(ADDRESSES_CSV_HEAD);
    await json.write('[');
    for await (const target of targets) {
      signal?.throwIfAborted();
      await json.write(`${counts.targets === 0 ? '' : ','}\n${JSON.stringify(target)}`);
      await csv.write(targetLine(target));
      await addresses.write(addressLines(target));
      counts.targets++;
      counts.addresses += target.addressCount;
    }
    await json.write('\n]\n');
  } finally {
    for (const text of [json, csv, addresses]) await text.end();
  }
  return counts;
}

/** Writes contents.json, operation.json, a dossier for each target of targets.json, and the summary. */
export async function writeDocuments(request: DocumentRequest): Promise<void> {
  const { folder, fonts, frame, signal } = request;
  await writeFile(join(folder, 'operation.json'), pretty(frame.operation), { flag: 'wx' });
  await writeFile(join(folder, 'contents.json'), pretty(frame.contents), { flag: 'wx' });
  await mkdir(join(folder, 'dossiers'), { mode: 0o700 });
  const first: TargetDocument[] = [];
  for await (const target of readTargets(folder)) {
    signal?.throwIfAborted();
    await onDisk(folder, async () =>
      writeFile(join(folder, target.dossier), await dossierPdf(fonts, frame, target), { flag: 'wx' }),
    );
    if (first.length < SUMMARY_TARGETS) first.push(target);
    request.onDossier();
  }
  await onDisk(folder, async () =>
    writeFile(join(folder, 'summary.pdf'), await summaryPdf(fonts, frame, first), { flag: 'wx' }),
  );
}

function pretty(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

interface TextFile {
  /** Waits while the file's buffer is full. */
  write(text: string): Promise<void>;
  end(): Promise<void>;
}

function openText(path: string): TextFile {
  const stream: Writable = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  const ended = onDisk(path, () => finished(stream));
  // A failure is told to whoever writes or ends; nobody else waits for it.
  ended.catch(() => {});
  return {
    async write(text) {
      if (stream.write(text)) return;
      await Promise.race([new Promise<void>((resolve) => stream.once('drain', resolve)), ended]);
    },
    async end() {
      stream.end();
      await ended;
    },
  };
}

/** Runs `act`, which writes. @throws disk/full */
export async function onDisk<T>(place: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const full =
      cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
    if (full) throw new IcarusError('disk/full', { place }, { cause });
    throw cause;
  }
}
