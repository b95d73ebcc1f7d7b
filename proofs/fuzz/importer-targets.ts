/** Every importer: what officers, tools and other systems bring to a node as files. */
import { ADDRESS_TARGETS } from './address-targets.ts';
import { FILE_TARGETS } from './file-targets.ts';
import { LIST_TARGETS } from './list-targets.ts';
import { LOG_TARGETS } from './log-targets.ts';
import type { FuzzTarget } from './target.ts';

export const IMPORTER_TARGETS: readonly FuzzTarget[] = [
  ...LOG_TARGETS,
  ...ADDRESS_TARGETS,
  ...LIST_TARGETS,
  ...FILE_TARGETS,
];
