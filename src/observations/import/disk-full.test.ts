import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileHash, HEADER, line, PROFILE } from '#observations/fixtures.ts';

/** A small file system of our own needs a user namespace; some machines forbid it. */
const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

test.skipIf(!canMount)('an import that fills the disk says so and leaves nothing half-written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'icarus-disk-full-'));
  try {
    const small = join(folder, 'small');
    await mkdir(small);
    const path = join(folder, 'log.csv');
    const rows = Array.from({ length: 60_000 }, (_, n) =>
      line({ guid: fileHash(n * 7919), hash: fileHash(n * 104_729) }),
    );
    await writeFile(path, [HEADER, ...rows].join('\n'));
    const script = `
      import { readdir } from 'node:fs/promises';
      import { convertLog } from ${JSON.stringify(join(import.meta.dirname, 'convert-log.ts'))};
      import { lakeDraft } from ${JSON.stringify(join(import.meta.dirname, '../lake.ts'))};
      const conversion = ${JSON.stringify({ input: { path }, profile: PROFILE, temporaryFolder: join(small, 'temporary') })};
      let code = 'imported';
      {
        await using draft = await lakeDraft(${JSON.stringify(join(small, 'lake'))}, 'imports');
        await convertLog({ ...conversion, folder: draft.folder, now: new Date() }).catch((error) => { code = error.code; });
      }
      console.log(JSON.stringify({ code, left: await readdir(${JSON.stringify(small)}, { recursive: true }) }));`;
    const mountAndRun = 'mount -t tmpfs -o size=3m tmpfs "$0" && exec "$1" --input-type=module -e "$2"';
    const said = execFileSync('unshare', ['-rm', 'sh', '-c', mountAndRun, small, process.execPath, script], {
      encoding: 'utf8',
      cwd: import.meta.dirname,
    });
    expect(JSON.parse(said)).toEqual({ code: 'disk/full', left: ['lake', 'temporary', 'lake/imports'] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
