import { Popover, UnstyledButton } from '@mantine/core';
import { t } from '#web/messages/messages.ts';
import { type Reason, Reasons } from '#web/parts/reasons.tsx';
import classes from './score-reasons.module.css';

/** A score in a table; it opens into its reasons. */
export function ScoreReasons({
  score,
  total,
  reasons,
}: {
  score: string;
  total: number;
  reasons: readonly Reason[];
}) {
  return (
    <Popover width={460} position="bottom-start" shadow="sm" trapFocus>
      <Popover.Target>
        <UnstyledButton className={classes.score} aria-label={t('target.score', { score })}>
          {score}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Reasons score={total} reasons={reasons} />
      </Popover.Dropdown>
    </Popover>
  );
}
