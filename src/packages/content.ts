/**
 * Reading a package's own words back: strict, because they come from another agency. Every field is
 * checked against its shape; the first that is wrong is named by its place, never by its content.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { IcarusError } from '#core/errors.ts';
import { OperationDocument } from '#operations/types.ts';
import { ContentsDocument, TargetDocument } from './types.ts';

/** Larger than any of these documents can be by its schema's limits. */
const MOST_DOCUMENT_BYTES = 16 * 1024 ** 2;
const MOST_LINE_BYTES = 8 * 1024 ** 2;

const contentsShape = Compile(ContentsDocument);
const operationShape = Compile(OperationDocument);
const targetShape = Compile(TargetDocument);

/** @throws package/content-invalid */
export function readContents(folder: string): Promise<ContentsDocument> {
  return readDocument(folder, 'contents.json', contentsShape);
}

/** @throws package/content-invalid */
export function readOperationDocument(folder: string): Promise<OperationDocument> {
  return readDocument(folder, 'operation.json', operationShape);
}

async function readDocument<S extends TSchema>(
  folder: string,
  file: string,
  shape: Validator<Record<never, never>, S>,
): Promise<Static<S>> {
  const handle = await open(join(folder, file)).catch((cause: unknown) => {
    throw invalid(file, 'the beginning', cause);
  });
  try {
    if ((await handle.stat()).size > MOST_DOCUMENT_BYTES) throw invalid(file, 'its size');
    return checked(await handle.readFile(), { file, place: 'the beginning' }, shape);
  } finally {
    await handle.close();
  }
}

/**
 * The targets of `targets.json`, in order, one held at a time. The file is a JSON array with a target
 * on each line of its own, so that it can be read as a stream and by any JSON reader.
 *
 * @throws package/content-invalid
 */
export async function* readTargets(folder: string): AsyncGenerator<TargetDocument, void> {
  let last: 'none' | 'open' | 'more' | 'end' | 'closed' = 'none';
  let number = 0;
  for await (const line of linesOf(folder)) {
    number++;
    const place = { file: TARGETS_FILE, place: `line ${number}` };
    if (last === 'none' && line.toString('latin1') === '[') last = 'open';
    else if (last === 'end' && line.toString('latin1') === ']') last = 'closed';
    else if (last === 'open' || last === 'more') {
      const more = line.at(-1) === COMMA;
      yield checked(more ? line.subarray(0, -1) : line, place, targetShape);
      last = more ? 'more' : 'end';
    } else throw invalid(place.file, place.place);
  }
  if (last !== 'closed') throw invalid(TARGETS_FILE, 'its end');
}

export const TARGETS_FILE = 'targets.json';
const NEW_LINE = 0x0a;
const COMMA = 0x2c;

async function* linesOf(folder: string): AsyncGenerator<Buffer, void> {
  let rest: Buffer = Buffer.alloc(0);
  const bytes: AsyncIterable<Buffer> = createReadStream(join(folder, TARGETS_FILE));
  try {
    for await (const chunk of bytes) {
      let begin = 0;
      for (let end = chunk.indexOf(NEW_LINE); end !== -1; end = chunk.indexOf(NEW_LINE, begin)) {
        yield Buffer.concat([rest, chunk.subarray(begin, end)]);
        rest = Buffer.alloc(0);
        begin = end + 1;
      }
      rest = Buffer.concat([rest, chunk.subarray(begin)]);
      if (rest.length > MOST_LINE_BYTES) throw invalid(TARGETS_FILE, 'a line that is too long');
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      throw invalid(TARGETS_FILE, 'the beginning', cause);
    throw cause;
  }
  if (rest.length > 0) yield rest;
}

function checked<S extends TSchema>(
  bytes: Buffer,
  { file, place }: { file: string; place: string },
  shape: Validator<Record<never, never>, S>,
): Static<S> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid(file, place, cause);
  }
  if (shape.Check(value)) return value;
  // The place as the schema names it; a name of a field that the schema does not know is the sender's text.
  const [error] = shape.Errors(value);
  const where = error?.keyword === 'additionalProperties' ? '' : (error?.instancePath ?? '');
  throw invalid(file, `${place}${/^[\w/]{1,80}$/.test(where) ? ` (${where})` : ''}`);
}

function invalid(file: string, place: string, cause?: unknown): IcarusError {
  return new IcarusError('package/content-invalid', { file, place }, { cause });
}
