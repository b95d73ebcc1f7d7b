/**
 * What a request asks for: a path of this node, in its one plain spelling (RFC 3986 section 6.2.2). Another spelling
 * could be read as one path by a proxy that keeps people out and as another one here.
 */

const MOST_CHARACTERS = 8000;

/** @returns what is wrong with it, in words; undefined where nothing is */
export function flawOfTarget(url: string): string | undefined {
  if (url.length > MOST_CHARACTERS) return 'its address is too long';
  if (!url.startsWith('/')) return 'its address must be a path';
  const [path = ''] = url.split('?', 1);
  if (path.includes('//')) return 'its path has an empty part';
  if (/[\\#"<>^`{|}]|[^\x21-\x7e]/.test(path)) return 'its path has a character that must be written as %XX';
  let plain: string;
  try {
    plain = decodeURIComponent(path);
  } catch {
    return 'its path is not UTF-8';
  }
  // oxlint-disable-next-line no-control-regex -- exactly those
  if (/[\x00-\x1f\x7f]/.test(plain)) return 'its path has a control character';
  if (/(^|[/\\])\.{1,2}([/\\]|$)/.test(plain)) return 'its path leads upwards';
  return undefined;
}
