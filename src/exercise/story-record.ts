/** What is kept of a story between runs: one small file, replaced whole. */
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';

export interface StoryRecord {
  readonly seed: string;
  readonly observations: number;
  /** Its officers sign in with passkeys. */
  readonly signedIn: boolean;
  /** Steps that are done, with what came of each. */
  readonly done: Readonly<Record<string, string>>;
  /** Acts done of a step that runs, where the step marks them. */
  readonly marks: Readonly<Record<string, number>>;
  /** The exercise's time when this was written, ISO 8601. */
  readonly now: string;
}

export type StoryParameters = Pick<StoryRecord, 'seed' | 'observations' | 'signedIn'>;

export function emptyRecord(parameters: StoryParameters, now: Date): StoryRecord {
  return { ...parameters, done: {}, marks: {}, now: now.toISOString() };
}

/** Reads the record of an exercise, if there is one. */
export function readStoryRecord(path: string): StoryRecord | undefined {
  if (!existsSync(path)) return undefined;
  const written = JSON.parse(readFileSync(path, 'utf8')) as StoryRecord;
  // Of a version whose exercises had desks only.
  return { ...written, signedIn: Boolean(written.signedIn) };
}

export async function writeStoryRecord(path: string, record: StoryRecord): Promise<void> {
  await writeFile(`${path}.tmp`, JSON.stringify(record, null, 2));
  await rename(`${path}.tmp`, path);
}
