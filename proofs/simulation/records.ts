/** What stands in a simulated node, in the form that the crash harness judges. */
import { createHash } from 'node:crypto';
import type { Records } from '../chaos/records.ts';
import type { Databases } from './databases.ts';
import { diskOfNode, homeOf } from './disks.ts';

export async function recordsOf(databases: Databases, node: string): Promise<Records> {
  const rows = <Row>(text: string): Promise<Row[]> => databases.rows<Row>(node, text);
  const outbox = await rows<Records['outbox'][number]>(
    'select id, kind, sha256, file, recipients from outbox_message',
  );
  const inbox = await rows<Records['inbox'][number]>(
    'select id, kind, sha256, file, recipients, state, folder from inbox_message',
  );
  const stated = await rows<Records['stated'][number]>(
    `select message_id, recipient, status, count(*)::int as count from receipt where status = 'acknowledged' group by 1, 2, 3`,
  );
  const events = await rows<{ kind: string; subject_id: string; count: number }>(
    `select kind, subject_id, count(*)::int as count from custody_event where subject_kind = 'message' group by 1, 2`,
  );
  return {
    node: { agencyId: node as Records['node']['agencyId'] },
    outbox,
    inbox,
    stated,
    effects: await rows<Records['effects'][number]>('select * from simulation.effect'),
    events: new Map(events.map(({ kind, subject_id, count }) => [`${kind} ${subject_id}`, count])),
    wrongFiles: [
      ...outbox.filter((row) => digestAt(node, `outbox/${row.file}`) !== row.sha256),
      ...inbox.filter((row) => digestAt(node, `inbox/${row.file}`) !== row.sha256),
      ...inbox.filter((row) => row.state === 'opened' && !isUnpacked(node, row)),
    ].map(({ id }) => `${node} ${id}`),
    leftBehind: 0,
  };
}

function digestAt(node: string, path: string): string | undefined {
  const found = diskOfNode(node).find(`${homeOf(node)}/${path}`);
  return found?.type === 'file' ? createHash('sha256').update(found.data).digest('hex') : undefined;
}

/** A receipt is read in memory, and unpacked nowhere. */
function isUnpacked(node: string, { kind, folder }: Records['inbox'][number]): boolean {
  return kind === 'receipt' ? folder === null : hasFiles(node, `opened/${folder}`);
}

function hasFiles(node: string, path: string): boolean {
  const found = diskOfNode(node).find(`${homeOf(node)}/${path}`);
  return found?.type === 'folder' && found.entries.size > 0;
}
