import { SegmentedControl } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { FigureSetDetail } from '#results/schemas.ts';
import { useFigureSet } from '#web/api/results.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Time } from '#web/parts/time.tsx';
import { Checks } from './checks.tsx';
import { Counted } from './counted.tsx';
import { Downloads } from './downloads.tsx';
import classes from './figure-set-page.module.css';
import { Figures } from './figures.tsx';
import { PressNotePanel } from './press-note-panel.tsx';
import { ReleaseMark } from './release-mark.tsx';
import { ReleasePanel } from './release-panel.tsx';
import { SetFacts } from './set-facts.tsx';

/** One frozen set: its figures with what each counts, its release, and the press note made from it. */
export function FigureSetPage() {
  const { setId } = useParams({ from: '/$agency/results/$setId' });
  const set = useFigureSet(setId);
  useSubject('figures', setId);
  return <Loaded query={set}>{(data) => <FigureSet set={data} />}</Loaded>;
}

function FigureSet({ set }: { set: FigureSetDetail }) {
  const { show = 'figures', figure } = useSearch({ from: '/$agency/results/$setId' });
  const navigate = useNavigate({ from: '/$agency/results/$setId' });
  const chosen = set.figures.find(({ figureId }) => figureId === figure);
  const to = (next: { show?: 'figures' | 'note'; figure?: string }) =>
    void navigate({ search: (old) => ({ ...old, ...next }), resetScroll: false });
  return (
    <>
      <PageHead
        title={t(`set.title.${set.kind}`)}
        lead={
          <>
            <ReleaseMark release={set.release} />
            <span>
              {t('set.asOf')} <Time at={set.asOf} />
            </span>
            <span>{t('set.countedReports', { count: set.reports.length })}</span>
          </>
        }
        actions={
          <>
            <SegmentedControl
              size="sm"
              aria-label={t('set.show')}
              value={show}
              onChange={(value) => to({ show: value as 'figures' | 'note' })}
              data={[
                { value: 'figures', label: t('set.figures') },
                { value: 'note', label: t('set.note') },
              ]}
            />
            <Downloads setId={set.figureSetId} />
          </>
        }
      />
      <div className={classes.columns}>
        {show === 'figures' ? (
          <Figures
            figures={set.figures}
            withheldShown={set.release !== null}
            chosen={figure}
            onChoose={(figureId) => to({ figure: figureId })}
          />
        ) : (
          <PressNotePanel
            setId={set.figureSetId}
            chosen={figure}
            onChoose={(figureId) => to({ figure: figureId })}
          />
        )}
        <div className={classes.side}>
          <Counted figure={chosen} reports={set.reports} />
          <ReleasePanel key={set.figureSetId} set={set} />
          <Checks checks={set.checks} />
          <SetFacts set={set} />
        </div>
      </div>
    </>
  );
}
