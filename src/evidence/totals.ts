/** What an inventory amounts to, as it is stored with each matching and shown to casework. */
import type { HashListId, Meaning, NotExaminedReason } from './types.ts';

/** Files and the bytes in them. */
export interface FileSum {
  readonly files: number;
  readonly bytes: number;
}

/** Files that a category of a list says something of. One file may count under several. */
export interface CategorySum extends FileSum {
  readonly listId: HashListId;
  readonly listName: string;
  /** National code, opaque; empty where the list gives none. */
  readonly category: string;
  readonly meaning: Meaning;
}

/** `hashed` = known + ofInterest + benign + unknown: every hashed file is in exactly one of them. */
export interface InventoryTotals {
  readonly seen: number;
  readonly hashed: FileSum;
  readonly notExamined: number;
  readonly notExaminedByReason: readonly { readonly reason: NotExaminedReason; readonly files: number }[];
  readonly known: FileSum;
  readonly ofInterest: FileSum;
  readonly benign: FileSum;
  readonly unknown: FileSum;
  /** Of the unknown: on a benign list by one hash alone, which is not enough to pass it over. */
  readonly benignByOneHash: number;
  readonly byCategory: readonly CategorySum[];
  readonly byMediaType: readonly (FileSum & { readonly mediaType: string | null })[];
}
