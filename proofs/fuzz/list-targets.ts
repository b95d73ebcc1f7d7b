/** Lists that officers bring: hashes, what the agency holds, files of a case, rules of law. */
import { IcarusError } from '#core/errors.ts';
import { digestFile, fileRows } from '#crossmatch/holdings-file.ts';
import { mappingIdOf, readMapping } from '#crossmatch/mapping.ts';
import { SELECTOR_TYPES } from '#crossmatch/selectors.ts';
import type { ListRow } from '#evidence/list-rows.ts';
import { readCsvList } from '#evidence/read-csv-list.ts';
import { inspectListFile, readHashList } from '#evidence/read-hash-list.ts';
import { readHashdeep, readPlainList } from '#evidence/read-text-list.ts';
import { readVics } from '#evidence/read-vics.ts';
import { HEX_DIGITS } from '#evidence/types.ts';
import { readRulesCsv, rulesCsv } from '#observations/retention/rule-csv.ts';
import { readReviewRules } from '#protection/review.ts';
import { itemLine, readItems, readSha1s } from '#referrals/item-file.ts';
import { textOf } from '#seal/bytes.ts';
import { chunksOf } from '#seal/fixtures.ts';
import { parsed } from './log-targets.ts';
import { fileOf } from './passing-folder.ts';
import type { Accepted, FuzzTarget, Shape } from './target.ts';

/** Comes in parts: what stands across the end of one must be read as if there were none. */
function inParts(input: Uint8Array): AsyncIterable<Uint8Array> {
  return chunksOf(input, Math.max(7, Math.ceil(input.length / 40)));
}

export const LIST_TARGETS: readonly FuzzTarget[] = [
  target('hash-list', 'lines', readList),
  target('hash-list-vics', 'json', readList),
  target('holdings', 'lines', readHoldings),
  target('holdings-mapping', 'json', (input) => (mappingIdOf(readMapping(parsed(input))), {})),
  target('icse-items', 'lines', async (input) => {
    const lines: string[] = [];
    for await (const item of readItems(inParts(input))) lines.push(itemLine(item));
    return lines.length > 0 ? {} : 'refused';
  }),
  target('icse-sha1', 'lines', async (input) => {
    let sha1s = 0;
    for await (const _ of readSha1s(inParts(input))) sha1s++;
    return sha1s > 0 ? {} : 'refused';
  }),
  target('retention-rules', 'lines', readRules),
  target('review-rules', 'json', (input) => (readReviewRules(textOf(input) ?? ''), {})),
];

function target(name: string, shape: Shape, read: FuzzTarget['read']): FuzzTarget {
  return { name, shape, group: 'importers', read };
}

const LIST_READERS = {
  plain: readPlainList,
  hashdeep: readHashdeep,
  csv: readCsvList,
  vics: readVics,
} as const;

async function readList(input: Uint8Array): Promise<Accepted | 'refused'> {
  const file = await inspectListFile(fileOf('hashes', input));
  const whole = await rowsOf(readHashList(file));
  const again = await rowsOf(LIST_READERS[file.format](inParts(input)));
  if (JSON.stringify(whole) !== JSON.stringify(again)) throw new Error('read in parts it is another list');
  let last = 0;
  for (const row of whole) {
    if (row.position <= last) throw new Error('two rows have one place');
    last = row.position;
    if ('hashes' in row) checkHashes(row.hashes);
  }
  return whole.some((row) => 'hashes' in row) ? {} : 'refused';
}

async function rowsOf(groups: AsyncIterable<ListRow[]>): Promise<ListRow[]> {
  const rows: ListRow[] = [];
  for await (const group of groups) rows.push(...group);
  return rows;
}

function checkHashes(hashes: Extract<ListRow, { hashes: object }>['hashes']): void {
  for (const [algorithm, hash] of Object.entries(hashes))
    if (!/^[0-9a-f]+$/.test(hash) || hash.length !== HEX_DIGITS[algorithm as keyof typeof HEX_DIGITS])
      throw new Error(`${hash} is no ${algorithm}`);
}

const MAPPING = readMapping({
  name: 'fuzz',
  version: 1,
  reference: 'reference',
  network: 'network',
  minor: 'minor',
  selectors: SELECTOR_TYPES.map((type) => ({
    type,
    column: type,
    ...(type === 'name-with-birth-date' ? { birthDateColumn: 'born' } : { separator: ';' }),
    ...(type === 'phone' && { defaultCountry: 'MT' }),
  })),
});

async function readHoldings(input: Uint8Array): Promise<Accepted | 'refused'> {
  const path = fileOf('holdings.csv', input);
  const { sha256 } = await digestFile(path);
  let taken = 0;
  for await (const rows of fileRows({ path, mapping: MAPPING, sha256 }))
    for (const { holding } of rows) {
      if (!holding) continue;
      taken++;
      const { minorUntil } = holding;
      if (minorUntil !== null && minorUntil !== 'infinity' && Number.isNaN(Date.parse(minorUntil)))
        throw new Error(`a minor until no time: ${minorUntil}`);
      if (
        holding.selectors.some(({ value }) => value === '' || value.includes('\0') || !value.isWellFormed())
      )
        throw new Error('a selector cannot be kept');
    }
  return taken > 0 ? {} : 'refused';
}

/** What is read can be written, and read again as the same. */
function readRules(input: Uint8Array): Accepted | 'refused' {
  const text = textOf(input);
  if (text === undefined) throw new IcarusError('retention/file-invalid', { path: '', line: 1, reason: '' });
  const rules = readRulesCsv(text, 'rules.csv');
  const again = readRulesCsv(rulesCsv(rules), 'again.csv');
  if (JSON.stringify(again) !== JSON.stringify(rules)) throw new Error('written and read again they differ');
  return rules.length > 0 ? {} : 'refused';
}
