import { textFile } from './arguments.ts';

/** The age identities of files, one a line; comments begin with `#`. */
export async function identitiesOf(files: readonly string[] = []): Promise<string[]> {
  const { identitiesIn } = await import('#seal/age-keys.ts');
  return (await Promise.all(files.map(async (file) => identitiesIn(await textFile(file))))).flat();
}
