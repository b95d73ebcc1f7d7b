/** Why an address is said to belong to a country and operator: each source's answer, in words. */
import { IcarusError } from '#core/errors.ts';
import { type Address, parseAddress } from '#observations/address.ts';
import { duckOptions, type LakeContext, openLake } from '#observations/lake.ts';
import { sourcesOf } from '#observations/store.ts';
import { type DuckDb, sqlText, textIn } from '#platform/duckdb.ts';
import { explanationWords } from './explain-words.ts';
import { type Flag, flagOf } from './loader-names.ts';
import { type Answering, answeringAt } from './periods.ts';
import { rangesFile, systemsFile } from './snapshots.ts';

export interface AddressRange {
  readonly first: string;
  readonly last: string;
}

/** What one source says of an address. */
export interface SourceAnswer {
  readonly source: string;
  readonly snapshotDate: Date;
  /** The snapshot is dated after the instant, because the source has none dated before. */
  readonly afterTheFact: boolean;
  /** First and last address of the range; null where the source does not know the address. */
  readonly range: AddressRange | null;
  readonly country: string | null;
  readonly operator: string | null;
  readonly asns: readonly number[];
}

/** A table of the agency's own that flags the address. */
export interface FlagAnswer {
  readonly flag: Flag;
  readonly source: string;
  readonly snapshotDate: Date;
  readonly afterTheFact: boolean;
  /** Null where the autonomous system is what is flagged. */
  readonly range: AddressRange | null;
  readonly asn: number | null;
  readonly note: string | null;
}

export interface AddressExplanation {
  readonly address: string;
  readonly at: Date;
  readonly country: string | null;
  readonly operator: string | null;
  readonly asn: number | null;
  /** The source that names the country; null where none does. */
  readonly decidedBy: string | null;
  readonly disagreement: boolean;
  /** The source that names the country is dated after the instant. */
  readonly afterTheFact: boolean;
  readonly carrierNat: boolean;
  readonly hosting: boolean;
  readonly answers: readonly SourceAnswer[];
  readonly flags: readonly FlagAnswer[];
  /** The reasoning, a sentence each. */
  readonly words: readonly string[];
}

/** @throws `observations/address-invalid`, `observations/no-address-data` */
export async function explainAddress(
  ctx: LakeContext,
  address: string,
  at: Date,
): Promise<AddressExplanation> {
  const parsed = parseAddress(address.trim());
  if (!parsed) throw new IcarusError('observations/address-invalid', { address: address.slice(0, 60) });
  const answering = answeringAt(await sourcesOf(ctx.db), at);
  if (answering.length === 0) throw new IcarusError('observations/no-address-data');
  await using duck = await openLake(duckOptions(ctx));
  const sources = answering.filter(({ snapshot }) => flagOf(snapshot.loader) === undefined);
  const asked: Asked[] = [];
  for (const one of sources) asked.push(await ask(duck, parsed, { ...one, lake: ctx.paths.lake }));
  const systems = asked.flatMap(({ asn }) => asn ?? []);
  const flags: FlagAnswer[] = [];
  for (const { snapshot, afterTheFact } of answering) {
    const flag = flagOf(snapshot.loader);
    if (flag === undefined) continue;
    const found = await askFlag(duck, parsed, { snapshot, afterTheFact, lake: ctx.paths.lake, systems });
    if (found)
      flags.push({ flag, source: snapshot.source, snapshotDate: snapshot.validFrom, afterTheFact, ...found });
  }
  const answers = asked.map(({ asn: _single, ...answer }) => answer);
  const named = answers.find(({ country }) => country !== null);
  const decision = {
    address: await canonicalText(duck, parsed),
    at,
    country: named?.country ?? null,
    operator: answers.find(({ operator }) => operator !== null)?.operator ?? null,
    asn: systems[0] ?? null,
    decidedBy: named?.source ?? null,
    disagreement: new Set(answers.flatMap(({ country }) => country ?? [])).size > 1,
    afterTheFact: named?.afterTheFact ?? false,
    carrierNat: flags.some(({ flag }) => flag === 'carrier-nat'),
    hosting: flags.some(({ flag }) => flag === 'hosting'),
    answers,
    flags,
  };
  return { ...decision, words: explanationWords(decision) };
}

/** An answer with the one system that counts; a registrant with several has none. */
interface Asked extends SourceAnswer {
  readonly asn: number | null;
}

type Asking = Answering & { readonly lake: string };

async function ask(duck: DuckDb, address: Address, { snapshot, afterTheFact, lake }: Asking): Promise<Asked> {
  const [row] =
    await duck.rows(`SELECT address_text(family, start_high, start_low) AS first, address_text(family, end_high, end_low) AS last,
      country, operator, asns, asn FROM read_parquet(${sqlText(rangesFile(lake, snapshot.snapshotId))}) WHERE ${covers(address)}`);
  return {
    source: snapshot.source,
    snapshotDate: snapshot.validFrom,
    afterTheFact,
    range: row ? { first: textIn(row, 'first') ?? '', last: textIn(row, 'last') ?? '' } : null,
    country: textIn(row, 'country'),
    operator: textIn(row, 'operator'),
    asns: Array.isArray(row?.['asns']) ? row['asns'].map(Number) : [],
    asn: typeof row?.['asn'] === 'number' ? row['asn'] : null,
  };
}

async function askFlag(
  duck: DuckDb,
  address: Address,
  { snapshot, lake, systems }: Asking & { readonly systems: readonly number[] },
): Promise<Pick<FlagAnswer, 'range' | 'asn' | 'note'> | undefined> {
  const [row] =
    await duck.rows(`SELECT address_text(family, start_high, start_low) AS first, address_text(family, end_high, end_low) AS last, note
      FROM read_parquet(${sqlText(rangesFile(lake, snapshot.snapshotId))}) WHERE ${covers(address)}`);
  if (row) {
    const range = { first: textIn(row, 'first') ?? '', last: textIn(row, 'last') ?? '' };
    return { range, asn: null, note: textIn(row, 'note') };
  }
  if (systems.length === 0) return undefined;
  const [system] = await duck.rows(
    `SELECT asn, note FROM read_parquet(${sqlText(systemsFile(lake, snapshot.snapshotId))}) WHERE asn IN (${systems.join(', ')}) ORDER BY asn LIMIT 1`,
  );
  return system && { range: null, asn: Number(system['asn']), note: textIn(system, 'note') };
}

/** SQL: does a row's range hold the address? The upper halves alone let most of the file be passed over. */
function covers({ family, high, low }: Address): string {
  const wanted = `wide(${high}::UBIGINT, ${low}::UBIGINT)`;
  return `family = ${family} AND start_high <= ${high}::UBIGINT AND end_high >= ${high}::UBIGINT
    AND wide(start_high, start_low) <= ${wanted} AND wide(end_high, end_low) >= ${wanted}`;
}

async function canonicalText(duck: DuckDb, { family, high, low }: Address): Promise<string> {
  const [row] = await duck.rows(`SELECT address_text(${family}, ${high}::UBIGINT, ${low}::UBIGINT) AS text`);
  return textIn(row, 'text') ?? '';
}
