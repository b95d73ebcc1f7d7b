/** Browsers name themselves in forty words; a person knows his by two. Order matters: most claim to be others too. */
const BROWSERS = [
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const;
const SYSTEMS = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS/, 'macOS'],
  [/Linux|X11/, 'Linux'],
] as const;

/** `Chrome, Linux`; the words as they came where neither is known. */
export function deviceWords(userAgent: string): string {
  const known = [BROWSERS, SYSTEMS].flatMap(
    (names) => names.find(([mark]) => mark.test(userAgent))?.[1] ?? [],
  );
  return known.length > 0 ? known.join(', ') : userAgent;
}
