/** Structured logs, one JSON object a line. They carry ids, codes and durations; never case data, never secrets. */
import { type Logger, pino } from 'pino';

export type Log = Logger;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Fields that must not be printed even if somebody passes them. */
const HIDDEN = [
  'password',
  'privateKey',
  'identity',
  'authorization',
  'cookie',
  'headers.authorization',
  'headers.cookie',
];

export function createLog(options: { level: LogLevel; file?: string }): Log {
  const settings = { level: options.level, redact: { paths: HIDDEN, censor: '[hidden]' }, base: null };
  return options.file
    ? pino(settings, pino.destination({ dest: options.file, mkdir: true, sync: false }))
    : pino(settings, pino.destination({ dest: 2, sync: true }));
}
