/** A folder for what a parser reads from the disk: gone at the end of the process. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let made: string | undefined;

/** The process's own; made when it is first asked for. */
export function passingFolder(): string {
  if (made === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'icarus-fuzz-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    made = folder;
  }
  return made;
}

/** Lays the input down in it. @returns its path */
export function fileOf(name: string, input: Uint8Array): string {
  const path = join(passingFolder(), name);
  writeFileSync(path, input);
  return path;
}

/** A folder in it, empty. */
export function emptyFolder(name: string): string {
  const folder = join(passingFolder(), name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  return folder;
}
