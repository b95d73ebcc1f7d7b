/**
 * A node whose folder lies on a file system of its own, as large as a few files: run by test/small-disk-node.ts in a
 * mount namespace. It takes orders on its standard input, one a line, and answers each with a line of JSON.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { signInNode } from '#server/fixtures.ts';

export interface ChildSettings {
  readonly home: string;
  readonly database: { readonly url: string; readonly ownerUrl: string };
  readonly port: number;
  readonly diskReserveBytes: number;
}

const settings = JSON.parse(process.argv[2] ?? '{}') as ChildSettings;
const { port, home, database, diskReserveBytes } = settings;
const origin = `http://localhost:${port}`;
const node = await signInNode({ origin }, { port, home, database, diskReserveBytes, work: true });
const filler = join(home, '..', 'filler');

const ORDERS: Readonly<Record<string, (argument: string) => Promise<object>>> = {
  /** Writes a file of so many megabytes beside the node's folder; 0: removes it. */
  async fill(megabytes) {
    await rm(filler, { force: true });
    const bytes = Buffer.alloc(Number(megabytes) * 1024 ** 2);
    const wrote = await writeFile(filler, bytes).then(
      () => 'all of it',
      (error: NodeJS.ErrnoException) => error.code,
    );
    return { wrote };
  },
  /** A new administrator. */
  officer: (name) => node.officer(name, [['administrator', null]]),
  look: async () => (await node.condition.look()).condition,
};

const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
tell({ url: node.url });
for await (const line of createInterface({ input: process.stdin })) {
  const [order = '', argument = ''] = line.split(' ');
  tell((await ORDERS[order]?.(argument)) ?? { unknown: order });
}
await node[Symbol.asyncDispose]();
