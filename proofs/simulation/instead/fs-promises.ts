/** In the place of `node:fs/promises` for the code under test: the simulated disk of the node that asks. */
import type { Stats } from 'node:fs';
import { DiskError } from '../disk.ts';
