/** What people type, read strictly: times with their zone, whole numbers, lists, files of JSON. */
import { access, constants, readFile, stat } from 'node:fs/promises';
import { InvalidArgumentError, Option } from 'commander';
import { type CountryCode, isCountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import {
  type Evaluation,
  HANDLING_CODES,
  type HandlingCode,
  INFORMATION_GRADES,
  SOURCE_GRADES,
} from '#core/handling.ts';
import { type AgencyId, isAgencyId } from '#core/ids.ts';

/** A date, a time to the minute or finer, and `Z` or an offset: ISO 8601. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** @throws InvalidArgumentError for a time without a zone, or of a day that does not exist */
export function instant(text: string): Date {
  const at = new Date(text);
  if (!INSTANT.test(text) || !sameDay(text))
    throw new InvalidArgumentError(
      'Give date, time and zone, as 2011-09-21T09:00:00Z or 2011-09-21T11:00+02:00.',
    );
  return at;
}

/** `2011-09-21`: the beginning of that day in UTC. */
export function day(text: string): Date {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !sameDay(text))
    throw new InvalidArgumentError('Give a day, as 2011-09-21.');
  return new Date(`${text}T00:00:00Z`);
}

/** JavaScript takes 31 February for 3 March; a person who types it means something else. */
function sameDay(text: string): boolean {
  const date = text.slice(0, 10);
  const at = new Date(`${date}T00:00:00Z`);
  return (
    !Number.isNaN(at.getTime()) &&
    at.toISOString().startsWith(date) &&
    !Number.isNaN(new Date(text).getTime())
  );
}

export function wholeNumber(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (!/^\d[\d_]*$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('It must be a whole number from 0 upwards.');
  return value;
}

export function country(text: string): CountryCode {
  const code = text.toUpperCase();
  if (!isCountryCode(code))
    throw new InvalidArgumentError('It must be an ISO country code that Icarus knows, as MT.');
  return code;
}

export function agency(text: string): AgencyId {
  if (!isAgencyId(text))
    throw new InvalidArgumentError(
      'An agency id has lower-case letters, digits and hyphens, and begins with a letter.',
    );
  return text;
}

/** `2011-09` */
export function month(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError('Give a month, as 2011-09.');
  return text;
}

/** A 4x4 evaluation: `B2`. */
export function evaluation(text: string): Evaluation {
  const source = SOURCE_GRADES.find((grade) => grade === text[0]?.toUpperCase());
  const information = INFORMATION_GRADES.find((grade) => grade === text[1]);
  if (!source || !information || text.length !== 2)
    throw new InvalidArgumentError('Give source A, B, C or X and information 1 to 4, as B2.');
  return { source, information };
}

export function handlingCode(text: string): HandlingCode {
  const code = HANDLING_CODES.find((known) => known === text.toUpperCase());
  if (!code) throw new InvalidArgumentError(`The codes are ${HANDLING_CODES.join(', ')}.`);
  return code;
}

/** A digest of what an officer looked at, or enough of its beginning to tell it from any other. */
export function digestStart(text: string): string {
  if (!/^[0-9a-f]{8,64}$/.test(text))
    throw new InvalidArgumentError('Give at least the first 8 of its digits, in lower case.');
  return text;
}

/** For an option that may stand several times: `--card a.json --card b.json`. */
export function eachOf<T>(
  read: (text: string) => T,
): (text: string, before: readonly T[] | undefined) => T[] {
  return (text, before = []) => [...before, read(text)];
}

export function asIs(text: string): string {
  return text;
}

/**
 * An option that takes one of a few words.
 * @param words each word with its meaning; `Record<Kind, string>` makes the compiler check that none is missing
 */
export function choice(flags: string, description: string, words: Readonly<Record<string, string>>): Option {
  return new Option(flags, description).choices(Object.keys(words));
}

/**
 * The content of a JSON file that somebody names.
 * @throws cli/file-unreadable
 */
export async function jsonFile(path: string): Promise<unknown> {
  const text = await textFile(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new IcarusError('cli/file-unreadable', { path, reason: 'it is not JSON' }, { cause });
  }
}

/** @throws cli/file-unreadable */
export async function textFile(path: string): Promise<string> {
  await requireFile(path);
  return readFile(path, 'utf8');
}

/**
 * Says before a long run that a file cannot be read.
 * @returns its size in bytes
 * @throws cli/file-unreadable
 */
export async function requireFile(path: string): Promise<number> {
  const refuse = (reason: string, cause?: unknown) =>
    new IcarusError('cli/file-unreadable', { path, reason }, { cause });
  await access(path, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    throw refuse(cause.code === 'ENOENT' ? 'it is not there' : 'the system does not allow it', cause);
  });
  const found = await stat(path);
  if (!found.isFile()) throw refuse('it is no file');
  return found.size;
}
