/** The arithmetic of `ranking.ts` as SQL, over the columns of the facts. */
import { SEVERITY_CODES } from '#observations/types.ts';
import { sqlText } from '#platform/duckdb.ts';
import type { RankingProfile } from './ranking.ts';

/** SQL: the score of a row with the columns of the facts, `rare_files` and `identifiable_until`. */
export function scoreSql(profile: RankingProfile, rankedAt: Date): string {
  const now = `TIMESTAMPTZ ${sqlText(rankedAt.toISOString())}`;
  const { deadline, recency, severity, rare, flagged, volume, activity } = profile;
  const daysLeft = fullDays(now, 'identifiable_until');
  const daysSince = `greatest(0, ${fullDays('last_seen_at', now)})`;
  const parts = [
    `CASE WHEN identifiable_until IS NULL OR identifiable_until <= ${now} THEN 0
      ELSE greatest(${deadline.least}, ${deadline.points} - greatest(0, ${daysLeft} - ${deadline.soonDays}) * ${deadline.lostPerDay}) END`,
    `greatest(0, ${recency.points} - ${daysSince} * ${recency.lostPerDay})`,
    ...SEVERITY_CODES.map(
      (code) =>
        `least(files_${code.toLowerCase()}, ${severity[code].atMostFiles}) * ${severity[code].points}`,
    ),
    `least(rare_files, ${rare.atMostFiles}) * ${rare.points}`,
    `least(flagged_files, ${flagged.atMostFiles}) * ${flagged.points}`,
    // The number of binary digits.
    `CASE WHEN distinct_files = 0 THEN 0 ELSE least(length(ltrim(bin(distinct_files), '0')), ${volume.atMostDoublings}) * ${volume.points} END`,
    `least(active_days, ${activity.atMostDays}) * ${activity.points}`,
  ];
  return `(${parts.join(' + ')})::INTEGER`;
}

/** SQL: full days from one instant to another, by the clock and not by the calendar; rounded down. */
function fullDays(from: string, to: string): string {
  return `floor((epoch_us(${to}) - epoch_us(${from})) / 86400000000.0)::BIGINT`;
}
