/** One sealing or opening in a process of its own, so that its time, processor time and memory are its own. */
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { stagingFile, stagingFolder } from '#platform/staging-folder.ts';
import { type AgencyCard, recipientsOf } from '#seal/card.ts';
import { signerFrom } from '#seal/keys.ts';
import { openPackage } from '#seal/open.ts';
import { sealPackage } from '#seal/seal.ts';
import { peakBytes } from '#test/peak-bytes.ts';
import type { ChildTask } from './seal.ts';

const READING = { highWaterMark: 128 * 1024 };

const task = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as ChildTask;
await (task.act === 'seal' ? seal(task) : open(task));
const { userCPUTime, systemCPUTime } = process.resourceUsage();
const used = { processorSeconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes: peakBytes() };
process.stdout.write(JSON.stringify(used));

async function seal({ content, file, envelope, cards, privateKey }: ChildTask): Promise<void> {
  const names = (await readdir(content)).sort();
  const entries = await Promise.all(
    names.map(async (path) => {
      const place = join(content, path);
      return { path, sizeBytes: (await stat(place)).size, content: () => createReadStream(place, READING) };
    }),
  );
  const output = await stagingFile(file);
  const signer = signerFrom(privateKey);
  await sealPackage({ envelope, entries, recipients: recipientsOf(cards.slice(1)), signer, output });
  await output.commit();
}

async function open({ file, folder, cards, identity }: ChildTask): Promise<void> {
  const [sender, me] = cards as [AgencyCard, AgencyCard];
  await openPackage({
    stream: createReadStream(file, READING),
    keyring: { cardOf: (agencyId) => (agencyId === sender.agencyId ? sender : undefined) },
    identities: [identity],
    me: me.agencyId,
    at: new Date(),
    sink: await stagingFolder(folder),
  });
}
