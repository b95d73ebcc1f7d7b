/** Writing a package's requests for preservation: PDF, DOCX and annex for each operator. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PdfFonts } from '#platform/pdf.ts';
import type { PackageFrame } from './frame.ts';
import { preservationDocx } from './preservation-docx.ts';
import type { PreservationReader } from './preservation-lines.ts';
import { preservationPdf } from './preservation-pdf.ts';
import type { RequestContent } from './preservation-words.ts';
import { onDisk } from './write.ts';

/** Lines that are set on paper; the annex holds all. */
const PRINTED_LINES = 250;

export const PRESERVATION_FOLDER = 'preservation';
export const PRESERVATION_FORMATS = ['pdf', 'docx', 'csv'] as const;
export type PreservationFormat = (typeof PRESERVATION_FORMATS)[number];

/** The path in the package of one of a request's files. */
export function preservationPath(name: string, format: PreservationFormat): string {
  return `${PRESERVATION_FOLDER}/${name}.${format}`;
}

export interface PreservationWork {
  readonly folder: string;
  readonly fonts: PdfFonts;
  readonly frame: PackageFrame;
  readonly reader: PreservationReader;
  readonly signal: AbortSignal | undefined;
}

/** Writes the files of every request that `frame.contents` names. */
export async function writePreservation(work: PreservationWork): Promise<void> {
  const { folder, frame, fonts, reader, signal } = work;
  const requests = frame.contents.preservation ?? [];
  if (requests.length === 0) return;
  await mkdir(join(folder, PRESERVATION_FOLDER), { mode: 0o700 });
  for (const [i, request] of requests.entries()) {
    signal?.throwIfAborted();
    const path = (format: PreservationFormat) => join(folder, preservationPath(request.name, format));
    await reader.writeCsv(request, path('csv'));
    const content: RequestContent = {
      frame,
      request,
      number: i + 1,
      lines: await reader.lines(request, PRINTED_LINES),
      annexSha256: await sha256Of(path('csv')),
    };
    await onDisk(folder, async () => {
      await writeFile(path('pdf'), await preservationPdf(fonts, content), { flag: 'wx' });
      await writeFile(path('docx'), await preservationDocx(content), { flag: 'wx' });
    });
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) hash.update(chunk);
  });
  return hash.digest('hex');
}
