import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import type { FigureSetDetail } from '#results/schemas.ts';
import { useRelease } from '#web/api/results.ts';
import { type Session, useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { count, size } from '#web/words/format.ts';
import classes from './release-panel.module.css';

/** The release: exactly what becomes publishable, by an officer other than the one who computed it. */
export function ReleasePanel({ set }: { set: FigureSetDetail }) {
  const [withheld, setWithheld] = useState<readonly string[]>([]);
  const session = useSession();
  const release = useRelease(set.figureSetId);
  if (set.release) {
    return (
      <Panel title={t('release.title')}>
        <p>{t('release.done', { officer: set.release.releasedByName })}</p>
      </Panel>
    );
  }
  const why =
    releaseWhyNot(session, set) ??
    (withheld.length === set.figures.length ? t('release.nothing') : undefined);
  return (
    <Panel title={t('release.title')}>
      <div className={classes.form}>
        <p>{t('release.words')}</p>
        <fieldset className={classes.figures}>
          <legend>{t('release.tick')}</legend>
          {set.figures.map(({ figureId, label, unit, value }) => (
            <Checkbox
              key={figureId}
              size="xs"
              label={`${label}: ${unit === 'bytes' ? size(value) : count(value)}`}
              checked={!withheld.includes(figureId)}
              onChange={(event) =>
                setWithheld(
                  event.currentTarget.checked
                    ? withheld.filter((other) => other !== figureId)
                    : [...withheld, figureId],
                )
              }
            />
          ))}
        </fieldset>
        <p className="soft mono">{set.digest}</p>
        {release.isError && <Problem error={release.error} title={t('problem.actTitle')} />}
        <div>
          <ActButton
            why={why}
            loading={release.isPending}
            onClick={() =>
              release.mutate({ digest: set.digest, ...(withheld.length > 0 && { withhold: [...withheld] }) })
            }
          >
            {t('release.act')}
          </ActButton>
        </div>
        {why && <p className="soft">{why}</p>}
      </div>
    </Panel>
  );
}

function releaseWhyNot(session: Session, set: FigureSetDetail): string | undefined {
  if (session.officerId === set.computedBy) return t('release.same');
  return (
    whyNot(session, 'results.release', set.operationId) ?? (set.passed ? undefined : t('release.failed'))
  );
}
