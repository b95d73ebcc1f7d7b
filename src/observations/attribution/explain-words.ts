/** The reasoning about an address as sentences. */
import { countryName } from '#core/countries.ts';
import type { AddressExplanation, FlagAnswer, SourceAnswer } from './explain.ts';

export function explanationWords(decision: Omit<AddressExplanation, 'words'>): string[] {
  const { address, at, answers, flags, country, decidedBy, afterTheFact, disagreement } = decision;
  return [
    ...answers.map((answer) => answerWords(answer, at)),
    decidedBy !== null && country !== null
      ? `${address} is taken to be in ${countryName(country)}: ${decidedBy} is the first source in order that names a country.`
      : `No source that is loaded names a country for ${address}.`,
    ...(afterTheFact
      ? [
          'That source is dated after the address was seen: the range may have belonged to somebody else then.',
        ]
      : []),
    ...(disagreement ? ['The sources name different countries: verify before acting.'] : []),
    ...flags.map((flag) => flagWords(flag, at)),
  ];
}

const day = (date: Date) => date.toISOString().slice(0, 10);

function dated({ source, snapshotDate, afterTheFact }: SourceAnswer | FlagAnswer, at: Date): string {
  const when = afterTheFact
    ? `after the fact: it has nothing dated before ${day(at)}`
    : `the nearest before ${day(at)}`;
  return `${source}, dated ${day(snapshotDate)} (${when}),`;
}

function answerWords(answer: SourceAnswer, at: Date): string {
  if (!answer.range) return `${dated(answer, at)} does not know this address.`;
  const holder = [
    answer.country ? `in ${countryName(answer.country)}` : 'without a country',
    ...(answer.operator ? [`held by ${answer.operator}`] : []),
    ...(answer.asns.length > 0 ? [`with ${answer.asns.map((asn) => `AS${asn}`).join(', ')}`] : []),
  ].join(', ');
  return `${dated(answer, at)} has it in ${answer.range.first} to ${answer.range.last}, ${holder}.`;
}

const FLAG_WORDS = {
  'carrier-nat':
    'as shared by many subscribers at the same time: no subscriber is found without source port, destination and second',
  hosting: 'as a rented or anonymising machine: the subscriber is whoever rented it, and may sit elsewhere',
} as const;

function flagWords(answer: FlagAnswer, at: Date): string {
  const what = answer.range ? `${answer.range.first} to ${answer.range.last}` : `AS${answer.asn}`;
  const note = answer.note === null ? '' : ` Its note: ${answer.note}`;
  return `${dated(answer, at)} flags ${what} ${FLAG_WORDS[answer.flag]}.${note}`;
}
