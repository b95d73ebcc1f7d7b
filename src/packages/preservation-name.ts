/** The name of a request's files: country, network and operator in plain letters. Pure. */
import type { Holder } from '#observations/retention/rule-types.ts';

/** Letters that do not come apart into a plain one and a mark. */
const PLAIN: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
};
const LONGEST_OPERATOR = 40;

/** `pl-as64500-lodzka-siec`; a name that is in `taken` gets a number behind it. Adds the name to `taken`. */
export function requestName({ country, operator, asn }: Holder, taken: Set<string>): string {
  const letters = (operator ?? '')
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]/g, (letter) => PLAIN[letter] ?? '-')
    .replaceAll(/-+/g, '-')
    .slice(0, LONGEST_OPERATOR)
    .replaceAll(/^-|-$/g, '');
  const parts = [country?.toLowerCase() ?? 'unknown', asn === null ? '' : `as${asn}`, letters];
  const name = parts.filter((part) => part !== '').join('-');
  let free = name;
  for (let n = 2; taken.has(free); n++) free = `${name}-${n}`;
  taken.add(free);
  return free;
}
