const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/gu;

/** Text from a log as one line: a control character is written as its code point, the end is cut with a mark. */
export function oneLine(text: string, longest: number): string {
  const line = text.replace(
    CONTROL,
    (character) => `[U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`,
  );
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
