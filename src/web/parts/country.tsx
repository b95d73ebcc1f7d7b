import { countryName } from '#core/countries.ts';

/** A country's name with its code, so that lists can be searched by either. */
export function Country({ code }: { code: string }) {
  return (
    <span>
      {countryName(code)} <span className="soft mono">{code}</span>
    </span>
  );
}
