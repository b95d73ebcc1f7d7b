/** Why an address is said to belong to a country and operator: each source's answer, in words. */

import { countryName } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import { type Address, parseAddress } from '#observations/address.ts';
import { duckOptions, type LakeContext, openLake } from '#observations/lake.ts';
import { sourcesOf } from '#observations/store.ts';
import { type DuckDb, sqlText, textIn } from '#platform/duckdb.ts';
import { type Answering, answeringAt } from './periods.ts';
import { rangesFile } from './snapshots.ts';

/** What one source says of an address. */
export interface SourceAnswer {
  readonly source: string;
  readonly snapshotDate: Date;
  /** The snapshot is dated after the instant, because the source has none dated before. */
  readonly afterTheFact: boolean;
  /** First and last address of the range; null where the source does not know the address. */
  readonly range: { readonly first: string; readonly last: string } | null;
  readonly country: string | null;
  readonly operator: string | null;
  readonly asns: readonly number[];
}

export interface AddressExplanation {
  readonly address: string;
  readonly at: Date;
  readonly country: string | null;
  readonly operator: string | null;
  readonly asn: number | null;
  readonly disagreement: boolean;
  readonly answers: readonly SourceAnswer[];
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
  const answers: SourceAnswer[] = [];
  for (const one of answering) answers.push(await ask(duck, parsed, { ...one, lake: ctx.paths.lake }));
  const text = await canonicalText(duck, parsed);
  const named = answers.find(({ country }) => country !== null);
  const operated = answers.find(({ operator }) => operator !== null);
  const numbered = answers.find(({ asns }) => asns.length === 1);
  const countries = new Set(answers.flatMap(({ country }) => country ?? []));
  const decision = {
    address: text,
    at,
    country: named?.country ?? null,
    operator: operated?.operator ?? null,
    asn: numbered?.asns[0] ?? null,
    disagreement: countries.size > 1,
    answers,
  };
  return { ...decision, words: inWords(decision) };
}

async function ask(
  duck: DuckDb,
  address: Address,
  { snapshot, afterTheFact, lake }: Answering & { lake: string },
): Promise<SourceAnswer> {
  const wanted = `wide(${address.high}::UBIGINT, ${address.low}::UBIGINT)`;
  const [row] =
    await duck.rows(`SELECT address_text(family, start_high, start_low) AS first, address_text(family, end_high, end_low) AS last,
      country, operator, asns FROM read_parquet(${sqlText(rangesFile(lake, snapshot.snapshotId))})
    WHERE family = ${address.family} AND start_high <= ${address.high}::UBIGINT AND end_high >= ${address.high}::UBIGINT
      AND wide(start_high, start_low) <= ${wanted} AND wide(end_high, end_low) >= ${wanted}`);
  return {
    source: snapshot.source,
    snapshotDate: snapshot.validFrom,
    afterTheFact,
    range: row ? { first: textIn(row, 'first') ?? '', last: textIn(row, 'last') ?? '' } : null,
    country: textIn(row, 'country'),
    operator: textIn(row, 'operator'),
    asns: Array.isArray(row?.['asns']) ? row['asns'].map(Number) : [],
  };
}

async function canonicalText(duck: DuckDb, { family, high, low }: Address): Promise<string> {
  const [row] = await duck.rows(`SELECT address_text(${family}, ${high}::UBIGINT, ${low}::UBIGINT) AS text`);
  return textIn(row, 'text') ?? '';
}

function inWords(decision: Omit<AddressExplanation, 'words'>): string[] {
  const { address, at, answers, country, disagreement } = decision;
  const named = answers.find((answer) => answer.country !== null);
  return [
    ...answers.map((answer) => answerInWords(answer, at)),
    named && country
      ? `${address} is taken to be in ${countryName(country)}: ${named.source} is the first source in order that names a country.`
      : `No source that is loaded names a country for ${address}.`,
    ...(disagreement ? ['The sources name different countries: verify before acting.'] : []),
  ];
}

function answerInWords(answer: SourceAnswer, at: Date): string {
  const day = (date: Date) => date.toISOString().slice(0, 10);
  const dated = `${answer.source}, dated ${day(answer.snapshotDate)} (${answer.afterTheFact ? `after the fact: it has nothing dated before ${day(at)}` : `the nearest before ${day(at)}`}),`;
  if (!answer.range) return `${dated} does not know this address.`;
  const holder = [
    answer.country ? `in ${countryName(answer.country)}` : 'without a country',
    ...(answer.operator ? [`held by ${answer.operator}`] : []),
    ...(answer.asns.length > 0 ? [`with ${answer.asns.map((asn) => `AS${asn}`).join(', ')}`] : []),
  ].join(', ');
  return `${dated} has it in ${answer.range.first} to ${answer.range.last}, ${holder}.`;
}
