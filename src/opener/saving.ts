/** From where content waits to where the officer wants it. */
import type { Staging } from './staging.ts';

/** Chromium alone can write into a folder that somebody chose. */
interface FolderPicker {
  showDirectoryPicker(options: { mode: 'readwrite' }): Promise<FileSystemDirectoryHandle>;
}

export function canSaveFolders(): boolean {
  return 'showDirectoryPicker' in globalThis;
}

/** By the browser's own download, which writes a large file from the disk without holding it. */
export async function saveFile(staging: Staging, path: string): Promise<void> {
  const url = URL.createObjectURL(await staging.file(path));
  const link = document.createElement('a');
  link.href = url;
  link.download = path.split('/').at(-1) ?? path;
  link.click();
  // The download has begun long before; until it ends, the browser keeps the content itself.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** @returns false when no folder was chosen */
export async function saveFolder(
  staging: Staging,
  paths: readonly string[],
  folderName: string,
): Promise<boolean> {
  const picked = await pickFolder();
  if (picked === undefined) return false;
  const target = await picked.getDirectoryHandle(folderName, { create: true });
  for (const path of paths) {
    const parts = path.split('/');
    const name = parts.pop() ?? path;
    let folder = target;
    for (const part of parts) folder = await folder.getDirectoryHandle(part, { create: true });
    const file = await folder.getFileHandle(name, { create: true });
    await (await staging.file(path)).stream().pipeTo(await file.createWritable());
  }
  return true;
}

async function pickFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    return await (globalThis as unknown as FolderPicker).showDirectoryPicker({ mode: 'readwrite' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}
