/** Do the names that are printed agree with the countries that are counted? The press list of 2011 printed 21 of 22. */
import { COUNTRY_NAMES, type CountryCode, countryName, isCountryCode } from '#core/countries.ts';
import type { CountedFigure } from './figures.ts';
import type { ListCheck } from './schemas.ts';

/** Pure. `printed`: names as they stand on the page; a name printed twice is one too many. */
export function listCheck(
  figure: Pick<CountedFigure, 'figureId' | 'value' | 'shares'>,
  printed: readonly string[],
): ListCheck {
  const codes = printed.map(codeOf);
  const missing = figure.shares.map(({ country }) => country).filter((country) => !codes.includes(country));
  const surplus = printed.filter((_, i) => {
    const code = codes[i];
    return (
      code === undefined ||
      codes.indexOf(code) !== i ||
      !figure.shares.some(({ country }) => country === code)
    );
  });
  return {
    figureId: figure.figureId,
    counted: figure.value,
    printed: printed.length,
    agrees: missing.length === 0 && surplus.length === 0 && printed.length === figure.value,
    missing: missing.map(countryName),
    surplus,
  };
}

const CODES = new Map(
  Object.entries(COUNTRY_NAMES).map(([code, name]) => [name.toLowerCase(), code as CountryCode]),
);

function codeOf(name: string): CountryCode | undefined {
  const text = name.trim();
  return CODES.get(text.toLowerCase()) ?? (isCountryCode(text) ? text : undefined);
}
