/** Messages whose content is one JSON document: how it is sealed, and how a hostile one is read. */
import { join } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { canonicalJson, type Json } from '#core/canonical-json.ts';
import { IcarusError } from '#core/errors.ts';
import { readSmallFile } from '#platform/recent-files.ts';
import type { PackageEntry } from '#seal/seal.ts';
import type { OpenedMessage } from './kinds.ts';

const MAX_DOCUMENT_BYTES = 1024 * 1024;

export interface DocumentKind<Schema extends TSchema> {
  /** The one file of the content. */
  readonly file: string;
  readonly schema: Schema;
  readonly check: Validator<Record<never, never>, Schema>;
}

export function documentKind<Schema extends TSchema>(file: string, schema: Schema): DocumentKind<Schema> {
  return { file, schema, check: Compile(schema) };
}

export function documentEntry(file: string, document: Json): PackageEntry {
  const bytes = Buffer.from(`${canonicalJson(document)}\n`, 'utf8');
  return {
    path: file,
    sizeBytes: bytes.length,
    content: async function* content() {
      yield bytes;
    },
  };
}

/** @throws exchange/document-invalid naming the first wrong field */
export async function readDocument<Schema extends TSchema>(
  { file: name, check }: DocumentKind<Schema>,
  { folder, files }: Pick<OpenedMessage, 'folder' | 'files'>,
): Promise<Static<Schema>> {
  const [file, ...more] = files;
  if (file?.path !== name || more.length > 0 || file.sizeBytes > MAX_DOCUMENT_BYTES)
    throw new IcarusError('exchange/document-invalid', { field: 'the files' });
  const value = parsed(Buffer.from(await readSmallFile(join(folder, name))).toString('utf8'));
  if (!check.Check(value)) {
    const field = check.Errors(value)[0]?.instancePath.slice(1) || 'its form';
    throw new IcarusError('exchange/document-invalid', { field });
  }
  return value as Static<Schema>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
