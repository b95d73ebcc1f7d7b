/** Moments as `<input type="datetime-local">` takes them: the reader's own time zone, to the minute. Pure. */

/** `2011-09-21T14:05` of an ISO moment; empty for none. */
export function toInput(iso: string | number | null | undefined): string {
  if (iso === null || iso === undefined) return '';
  const at = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The ISO moment that was typed; undefined where none or nonsense was. */
export function fromInput(text: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
