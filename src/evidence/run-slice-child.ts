/** For a test that kills it: one slice in small batches; says after each how much is recorded. */
import { openDatabase } from '#platform/database.ts';
import { runSlice } from './run-inventory.ts';
import type { InventoryId } from './types.ts';

const [url = '', temporary = '', inventoryId = ''] = process.argv.slice(2);
const db = openDatabase({ url });
const paths = {
  temporary,
  home: '',
  keys: '',
  lake: '',
  packages: '',
  outbox: '',
  inbox: '',
  opened: '',
  documents: '',
};
await runSlice({ db, paths }, inventoryId as InventoryId, {
  signal: AbortSignal.timeout(60_000),
  batchEntries: 4,
  threads: 1,
  onRecorded: (entries) => process.stdout.write(`${entries}\n`),
});
await db.destroy();
