import type { HitsPage } from '#crossmatch/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import classes from './too-common.module.css';

/** Values that so many carry that they identify nobody: no hits are made of them. */
export function TooCommon({ values }: { values: HitsPage['tooCommon'] }) {
  return (
    <Panel title={t('hits.tooCommon')}>
      <p className="soft">{t('hits.tooCommonWords')}</p>
      <ul className={classes.values}>
        {values.map(({ type, value, among, moreThan, foundAt }) => (
          <li key={`${type} ${value} ${among}`}>
            <span>{t(`selector.${type}`)}</span>
            <span className="mono">{value}</span>
            <span className="soft">
              {t(`hits.commonAmong.${among}`, { count: moreThan })} · <Time at={foundAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
