/**
 * The one error class. Its code is API: it never changes its meaning, and one table (error-codes.ts)
 * gives its HTTP status, its CLI exit code and its sentence for the person.
 */
import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

/** Values that fill the placeholders of a sentence. Never case data: places, counts, names of fields. */
export type ErrorDetails = Readonly<Record<string, string | number>>;

export class IcarusError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  /**
   * @param code one of the closed set in error-codes.ts
   * @param details fills `{placeholders}` of the code's sentence
   * @param options `cause`: the error underneath, kept for the log, never shown
   */
  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(sentenceOf(code, details), options);
    this.name = 'IcarusError';
    this.code = code;
    this.details = details;
  }

  get httpStatus(): number {
    return ERROR_CODES[this.code].status;
  }

  get exitCode(): number {
    return ERROR_CODES[this.code].exit;
  }
}

/** Is `error` one of ours, and, where `code` is given, that one? */
export function isIcarusError(error: unknown, code?: ErrorCode): error is IcarusError {
  return error instanceof IcarusError && (code === undefined || error.code === code);
}

/** The sentence a person reads: what is wrong, where, and what to do. */
export function sentenceOf(code: ErrorCode, details: ErrorDetails = {}): string {
  return ERROR_CODES[code].sentence.replace(/\{(\w+)\}/g, (_, key: string) => String(details[key] ?? '?'));
}
