import type { PressNote } from '#results/schemas.ts';
import { usePressNote } from '#web/api/results.ts';
import { t } from '#web/messages/messages.ts';
import { Loaded } from '#web/parts/loaded.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { NoteBlock } from './note-block.tsx';
import classes from './press-note-panel.module.css';

interface Props {
  readonly setId: string;
  readonly chosen: string | undefined;
  readonly onChoose: (figureId: string) => void;
}

/** The press note as it will print; every number opens what it counts. */
export function PressNotePanel({ setId, chosen, onChoose }: Props) {
  const note = usePressNote(setId);
  return (
    <Panel title={t('note.preview')} aside={<span className="soft">{t('note.previewWords')}</span>} flush>
      <Loaded query={note}>
        {(data) => (
          <>
            <article className={classes.paper}>
              {data.blocks.map((block, index) => (
                <NoteBlock key={`${block.kind} ${index}`} block={block} chosen={chosen} onChoose={onChoose} />
              ))}
            </article>
            {data.lists.length > 0 && <Lists lists={data.lists} />}
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Lists({ lists }: Pick<PressNote, 'lists'>) {
  return (
    <div className={classes.lists}>
      <h3>{t('note.lists')}</h3>
      {lists.map(({ figureId, agrees, counted, printed, missing, surplus }) => (
        <div key={figureId}>
          <StateMark
            look={agrees ? { shape: 'tick', tone: 'good' } : { shape: 'triangle', tone: 'bad' }}
            word={t('note.agrees', { printed, counted })}
          />
          {missing.length > 0 && <p>{t('note.missing', { names: missing.join(', ') })}</p>}
          {surplus.length > 0 && <p>{t('note.surplus', { names: surplus.join(', ') })}</p>}
        </div>
      ))}
    </div>
  );
}
