/** Starts one PostgreSQL for the whole test run and migrates the template that tests clone. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import { installCustodyProbe } from './custody-probe.ts';
import { quickFolder } from './quick-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the owner. */
    postgresUrl: string;
    /** Of the running node. */
    nodePostgresUrl: string;
    templateDatabase: string;
  }
}

const TEMPLATE = 'icarus_test_template';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(await quickFolder(), 'icarus-test-'));
  // As root, the server runs as another user, who must be able to walk in.
  await chmod(dataDir, 0o711);
  const cluster = await openCluster({ dataDir, disposable: true });
  const adminUrl = cluster.url('postgres');
  await createDatabase(adminUrl, TEMPLATE);
  await migrate(cluster.url(TEMPLATE));
  await installCustodyProbe(cluster.url(TEMPLATE));
  project.provide('postgresUrl', adminUrl);
  project.provide('nodePostgresUrl', cluster.nodeUrl('postgres'));
  project.provide('templateDatabase', TEMPLATE);
  return async () => {
    await cluster.stop();
    await rm(clusterFolder(dataDir), { recursive: true, force: true });
    await rm(dataDir, { recursive: true, force: true });
  };
}
