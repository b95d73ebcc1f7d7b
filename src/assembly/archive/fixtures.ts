/** Only for tests: a node with a server of its own, whose files can be copied, and an archive of it. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addOfficer } from '#access/officers.ts';
import { listOfficers } from '#access/store.ts';
import { load } from '#assembly/backup/stored-file.ts';
import { NODE_DATABASE, openDatabaseServer } from '#assembly/database-server.ts';
import { type OpenNode, openNode } from '#assembly/open-node.ts';
import { systemClock } from '#core/clock.ts';
import type { AgencyId, OfficerId } from '#core/ids.ts';
import { sequenceNow } from '#custody/sequence.ts';
import { initNode } from '#operations/node.ts';
import { readConfig } from '#platform/config.ts';
import { ownerOf } from '#platform/database-logins.ts';
import { createLog } from '#platform/log.ts';
import { clusterFolder } from '#platform/postgres-cluster.ts';
import { unwrapKeys } from '#protection/backup-keys.ts';
import { generateAgeIdentity } from '#seal/age-keys.ts';
import { testOfficer } from '#test/nodes.ts';
import { quickFolder } from '#test/quick-folder.ts';
import { type ArchiverOptions, archiveRound } from './archiver.ts';
import { FILES_FOLDER, LABEL_FILE } from './layout.ts';
import { readPacked } from './packed.ts';
import { type RestoredTo, type RestoreToRequest, restoreTo } from './restore-to.ts';

const { config: defaults } = readConfig({ environment: {} });
const log = createLog({ level: 'silent' });

export async function archivedNode() {
  const scratch = await mkdtemp(join(await quickFolder(), 'icarus-archive-'));
  // As root, the server runs as another user, who must be able to walk in.
  await chmod(scratch, 0o711);
  const place = (name: string) => join(scratch, name);
  await mkdir(place('register'));
  await mkdir(place('archive'));
  const keys = await generateAgeIdentity();
  const home = place('node');
  const settings = { ...defaults, dataDir: home, backupRegister: [place('register')] };
  const server = await openDatabaseServer(settings);
  const database = await server.ready(NODE_DATABASE);
  const databaseUrl = database.url;
  const identity = { agencyId: 'mt' as AgencyId, name: 'Malta national unit', country: 'MT' } as const;
  await initNode({ home, databaseUrl, identity, clock: systemClock, address: null });
  const opening = { clock: systemClock, log, config: settings, work: false };
  const node = await openNode({ home, databaseUrl, ...opening });
  const options: ArchiverOptions = {
    ownerUrl: ownerOf(database),
    cluster: clusterFolder(home),
    target: { folder: place('archive'), recipients: [keys.recipient], everySeconds: 60 },
  };
  const withKeys = () => ({ identities: [keys.identity], register: place('register') });
  const request = (to: Date, into: string, folder = 'archive'): RestoreToRequest => ({
    config: { ...settings, dataDir: place(into) },
    clock: systemClock,
    log,
    folder: place(folder),
    keys: withKeys(),
    to,
  });
  return {
    node,
    place,
    settings,
    options,
    withKeys,
    request,
    databaseUrl,
    round: (changed: Partial<ArchiverOptions> = {}) =>
      archiveRound(node.ctx, { ...options, ...changed }, new AbortController().signal),
    /** Records somebody and keeps a file. @returns a moment after it and before what follows */
    async act(name: string): Promise<Date> {
      const officerId = `officer_${name}` as OfficerId;
      await addOfficer(node.ctx, testOfficer('administrator', null), { officerId, name });
      await writeFile(join(node.ctx.paths.inbox, name), randomBytes(50_000));
      await sequenceNow(node.ctx);
      await sleep(3);
      const moment = new Date();
      await sleep(3);
      return moment;
    },
    restore: (to: Date, into: string, folder?: string): Promise<RestoredTo> =>
      restoreTo(request(to, into, folder)),
    /** Starts what was restored, looks, and stops it. */
    async look<T>(into: string, see: (opened: OpenNode) => Promise<T>): Promise<T> {
      const config = { ...settings, dataDir: place(into) };
      const own = await openDatabaseServer(config);
      try {
        const { url } = await own.ready(NODE_DATABASE);
        const opened = await openNode({ home: config.dataDir, databaseUrl: url, ...opening, config });
        return await see(opened).finally(() => opened.close());
      } finally {
        await own.stop();
      }
    },
    /** Files of the archive that the keys open and whose content has these words. */
    async whereArchived(words: string): Promise<string[]> {
      const identities = [...(await unwrapKeys(place('register'), [keys.identity])).values()];
      const found: string[] = [];
      for (const entry of await readdir(place('archive'), { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (!entry.isFile() || entry.name === LABEL_FILE) continue;
        if (await says(path, words, identities)) found.push(relative(place('archive'), path));
      }
      return found;
    },
    async [Symbol.asyncDispose]() {
      await node.close();
      await server.stop();
      for (const name of await readdir(scratch))
        await rm(clusterFolder(place(name)), { recursive: true, force: true });
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

export type ArchivedNode = Awaited<ReturnType<typeof archivedNode>>;

export async function officersOf({ ctx }: OpenNode): Promise<string[]> {
  return (await listOfficers(ctx.db)).map(({ name }) => name).sort();
}

async function says(path: string, words: string, identities: readonly string[]): Promise<boolean> {
  for (const identity of identities) {
    const parts: Uint8Array[] = [];
    try {
      if (path.includes(`/${FILES_FOLDER}/`))
        for await (const chunk of load(path, { identities: [identity], encrypted: true })) parts.push(chunk);
      else
        await readPacked(join(path, '..'), path.slice(path.lastIndexOf('/') + 1), {
          identity,
          read: async (content) => {
            while (!(await content.atEnd())) parts.push(await content.some(1024 * 1024));
          },
        });
    } catch {
      continue;
    }
    if (Buffer.concat(parts).includes(words)) return true;
  }
  return false;
}
