/** What was observed of a target, in words. Pure. */
import { hasMessage, plainMessage, t } from '#web/messages/messages.ts';
import { count } from './format.ts';

/** ` (A 3, B 12, not listed 5)`: codes are opaque and national. Empty where nothing is listed. */
export function severityWords(files: readonly { severity: string | null; files: number }[]): string {
  const parts = files
    .filter((entry) => entry.files > 0)
    .map(({ severity, files: n }) => `${severity ?? t('target.unlisted')} ${count(n)}`);
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

export function gradeWords(grades: readonly { grade: string; observations: number }[]): string {
  return grades
    .filter(({ observations }) => observations > 0)
    .map(({ grade, observations }) => `${gradeName(grade)}: ${count(observations)}`)
    .join('; ');
}

export function gradeName(grade: string): string {
  const key = `grade.${grade}`;
  return hasMessage(key) ? plainMessage(key) : grade;
}
