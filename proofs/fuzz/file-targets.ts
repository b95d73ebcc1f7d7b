/** Other files that are carried in: media to examine, an exported log, a backup's papers, bodies of requests. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readStatement } from '#access/approvals/statement.ts';
import { readLabel } from '#assembly/archive/layout.ts';
import { readManifest, writeManifest } from '#assembly/backup/manifest.ts';
import { checkedFile } from '#cli/checked-file.ts';
import { SendSelectorsBody } from '#crossmatch/schemas.ts';
import { bundleKeys, bundleSource } from '#custody/bundle-source.ts';
import { fromLines, readConsistency, readForks, readReturned } from '#custody/riding-lines.ts';
import { verifyLog } from '#custody/verify.ts';
import { examineEntry } from '#evidence/hash-file.ts';
import { rawPathOf, shownPath } from '#evidence/path-text.ts';
import { walkFolder } from '#evidence/walk.ts';
import { readAnswer } from '#exchange/deliver.ts';
import { readReplacement } from '#exchange/recall/replacement.ts';
import { readWeights } from '#observations/targets/ranking-profiles.ts';
import { fromDocument, OperationDocument } from '#operations/types.ts';
import { readConfig } from '#platform/config.ts';
import { mediaTypeOf } from '#platform/media-type.ts';
import { type ErasureJournal, readJournal, signedJournal } from '#protection/erasure-journal.ts';
import { DraftBody } from '#referrals/schemas.ts';
import { identitiesIn } from '#seal/age-keys.ts';
import { textOf } from '#seal/bytes.ts';
import { parseBody } from '#server/requests/json-body.ts';
import { LOG } from './custody-targets.ts';
import { parsed } from './log-targets.ts';
import { emptyFolder, fileOf, passingFolder } from './passing-folder.ts';
import type { Accepted, FuzzTarget, Shape } from './target.ts';

const text = (input: Uint8Array) => textOf(input) ?? '';

export const FILE_TARGETS: readonly FuzzTarget[] = [
  target('inventory', 'lines', readInventory),
  target('custody-bundle', 'lines', readBundle),
  target('backup-manifest', 'json', readSealedManifest),
  target('archive-label', 'json', (input) => {
    readLabel(text(input), 'archive.json');
    return {};
  }),
  target('erasure-journal', 'json', readSignedJournal),
  target('riding-lines', 'json', readRiding),
  target('officers-word', 'json', (input) => (readStatement(text(input)) === undefined ? 'refused' : {})),
  target('identities', 'lines', (input) => (identitiesIn(text(input)).length > 0 ? {} : 'refused')),
  target('json-body', 'json', readBody),
  target('peer-answer', 'json', (input) => {
    const { state } = readAnswer({ status: 200, text: text(input) }, 'message_1' as never, '00');
    return state === 'sent' ? {} : 'refused';
  }),
  target('operation-file', 'json', async (input) => {
    fromDocument(await checkedFile(fileOf('operation.json', input), OperationDocument));
    return {};
  }),
  target('eurojust-file', 'json', async (input) => {
    await checkedFile(fileOf('draft.json', input), DraftBody);
    return {};
  }),
  target('suspects-file', 'json', async (input) => {
    await checkedFile(fileOf('suspects.json', input), SendSelectorsBody.properties.suspects);
    return {};
  }),
  target('ranking-weights', 'json', (input) => (readWeights(parsed(input)), {})),
  target(
    'settings',
    'json',
    (input) => (readConfig({ file: fileOf('icarus.json', input), environment: {} }), {}),
  ),
];

function target(name: string, shape: Shape, read: FuzzTarget['read']): FuzzTarget {
  return { name, shape, group: 'importers', read };
}

const buffer = Buffer.alloc(64 * 1024);
const MOST_FILES = 24;

/** One name a line, bytes as they come; each file holds the whole input. Everything must be found, once. */
function readInventory(input: Uint8Array): Accepted {
  const folder = emptyFolder('exhibit');
  const made = new Set<string>();
  for (const line of Buffer.from(input).toString('latin1').split('\n').slice(0, MOST_FILES)) {
    const path = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(line, 'latin1')]);
    if (!isName(line)) continue;
    try {
      writeFileSync(path, input, { flag: 'wx' });
      made.add(line);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }
  const root = rawPathOf(folder);
  let found = 0;
  for (const entry of walkFolder({ root, spillFolder: passingFolder() })) {
    const finding = examineEntry(entry, { root, buffer });
    const { text: shown, exact } = shownPath(entry.path);
    if (!made.has(entry.path) || finding.hashes === null)
      throw new Error('a file was found that was not made');
    if (!shown.isWellFormed() || (exact && Buffer.from(shown).toString('latin1') !== entry.path))
      throw new Error('a name is not shown as it is');
    if (finding.mediaType !== mediaTypeOf(input.subarray(0, 512))) throw new Error('its type differs');
    found++;
  }
  if (found !== made.size) throw new Error(`${made.size} files were made and ${found} found`);
  return {};
}

function isName(line: string): boolean {
  return line !== '' && line !== '.' && line !== '..' && line.length <= 255 && !/[/\0]/.test(line);
}

/** Its entries; the other files of the folder are those that the log's owner wrote. */
async function readBundle(input: Uint8Array): Promise<Accepted | 'refused'> {
  const { bundleFiles } = await import('./bundle-files.ts');
  const folder = emptyFolder('bundle');
  for (const [name, content] of Object.entries(bundleFiles())) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  writeFileSync(join(folder, 'entries.jsonl'), input);
  const verdict = await verifyLog(await bundleSource(folder), await bundleKeys(folder));
  return verdict.holds ? {} : 'refused';
}

/** Sealed with its digest anew each time, so that what is inside is read and not only the digest. */
function readSealedManifest(input: Uint8Array): Accepted {
  const value = parsed(input);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return readManifest(text(input)), {};
  const { sha256: _old, ...manifest } = value as Record<string, unknown>;
  readManifest(writeManifest(manifest as unknown as Parameters<typeof writeManifest>[0]));
  return {};
}

/** Signed anew each time; and once as it came. */
function readSignedJournal(input: Uint8Array): Accepted {
  const value = parsed(input);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return readJournal(text(input), LOG.verifierKey), {};
  const { note: _old, ...journal } = value as Record<string, unknown>;
  readJournal(signedJournal(journal as unknown as ErasureJournal, LOG), LOG.verifierKey);
  return {};
}

/** The lines of bag-info.txt that ride with a message: each kind is tried on all of them. */
function readRiding(input: Uint8Array): Accepted | 'refused' {
  const given = parsed(input);
  if (typeof given !== 'object' || given === null) return 'refused';
  const entries = Object.entries(given).filter(([, value]) => typeof value === 'string');
  const lines = Object.fromEntries(entries) as Record<string, string>;
  let read = readReplacement(lines) === undefined ? 0 : 1;
  for (const label of ['Log-Consistency', 'Log-Cosignature', 'Log-Fork', 'Log-Checkpoint']) {
    const said = fromLines(label, lines);
    if (said === undefined) continue;
    read += readConsistency(said).length + readReturned(said).length + readForks(said).length;
  }
  return read > 0 ? {} : 'refused';
}

/** What it takes, JSON.parse takes as the same. */
function readBody(input: Uint8Array): Accepted {
  const value = parseBody(input);
  if (JSON.stringify(value) !== JSON.stringify(JSON.parse(Buffer.from(input).toString('utf8'))))
    throw new Error('it was read as something else');
  return {};
}
