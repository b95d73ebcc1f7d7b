import { UnstyledButton } from '@mantine/core';
import type { Figure } from '#results/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { count, size } from '#web/words/format.ts';
import classes from './figures.module.css';

interface Props {
  readonly figures: readonly Figure[];
  /** The set is released: say which figures were left out. */
  readonly withheldShown: boolean;
  readonly chosen: string | undefined;
  readonly onChoose: (figureId: string) => void;
}

/** Each figure with its definition; the number opens the reports that it counts. */
export function Figures({ figures, withheldShown, chosen, onChoose }: Props) {
  return (
    <Panel title={t('set.figures')} flush>
      <ul className={classes.figures}>
        {figures.map(({ figureId, label, definition, unit, value, released }) => (
          <li key={figureId} data-chosen={figureId === chosen || undefined}>
            <UnstyledButton
              className={classes.value}
              onClick={() => onChoose(figureId)}
              aria-pressed={figureId === chosen}
            >
              {unit === 'bytes' ? size(value) : count(value)}
            </UnstyledButton>
            <div>
              <h3>{label}</h3>
              <p className="soft">{definition}</p>
            </div>
            {withheldShown && !released && <span className={classes.withheld}>{t('set.xx')}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
