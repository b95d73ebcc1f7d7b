import { textFile } from './arguments.ts';

/** The age identities of files, one a line; comments begin with `#`. */
export async function identitiesIn(files: readonly string[] = []): Promise<string[]> {
  const texts = await Promise.all(files.map(textFile));
  const lines = texts.flatMap((text) => text.split('\n')).map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}
