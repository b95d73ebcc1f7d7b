/** Months as plans state them: `2011-09`. Pure. */
import { language } from '#web/messages/messages.ts';

const words = new Intl.DateTimeFormat(language, { month: 'short', year: 'numeric', timeZone: 'UTC' });

/** `Sept 2011` of `2011-09`. */
export function monthName(month: string): string {
  return words.format(new Date(`${month}-01T00:00:00Z`));
}

export function isMonth(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}
