import type { Board } from '#results/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { PACKAGE_LOOK, type PackageState, REPORT_LOOK, type ReportState } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { count } from '#web/words/format.ts';
import classes from './legend.module.css';
import type { MapView } from './marks.ts';

/** Shapes and words of the states that are on the map, with how many countries are in each. */
export function Legend({ board, view }: { board: Board; view: MapView }) {
  const entries =
    view === 'packages'
      ? (Object.keys(PACKAGE_LOOK) as PackageState[]).map(
          (state) => [PACKAGE_LOOK[state], t(`package.${state}`), board.packages[state]] as const,
        )
      : (Object.keys(REPORT_LOOK) as ReportState[]).map(
          (state) => [REPORT_LOOK[state], t(`report.${state}`), board.reports[state]] as const,
        );
  return (
    <ul className={classes.legend}>
      {entries
        .filter(([, , countries]) => countries > 0)
        .map(([look, word, countries]) => (
          <li key={word}>
            <StateMark look={look} word={word} /> <strong>{count(countries)}</strong>
          </li>
        ))}
    </ul>
  );
}
