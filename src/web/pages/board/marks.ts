/** What the map and its legend say of a country. Pure. */
import type { BoardCountry } from '#results/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { PACKAGE_LOOK, REPORT_LOOK } from '#web/state/looks.ts';
import type { StateLook } from '#web/state/state-mark.tsx';

export type MapView = 'packages' | 'reports';

export interface CountryMark {
  readonly country: string;
  readonly name: string;
  readonly look: StateLook;
  readonly word: string;
}

export function markOf({ country, name, ...board }: BoardCountry, view: MapView): CountryMark {
  return view === 'packages'
    ? { country, name, look: PACKAGE_LOOK[board.package.state], word: t(`package.${board.package.state}`) }
    : { country, name, look: REPORT_LOOK[board.report.state], word: t(`report.${board.report.state}`) };
}
