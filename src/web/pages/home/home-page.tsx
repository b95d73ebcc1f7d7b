import { useEffect } from 'react';
import { useExercise } from '#web/api/exercise.ts';
import { useHosted } from '#web/api/nodes.ts';
import { t } from '#web/messages/messages.ts';
import { Loaded } from '#web/parts/loaded.tsx';
import { DeskChooser } from './desk-chooser.tsx';
import classes from './home-page.module.css';
import { PlainNodes } from './plain-nodes.tsx';
import { StoryPanel } from './story-panel.tsx';

/** The first page: in an exercise, what is happening, and where to sit down or to sign in. */
export function HomePage() {
  const hosted = useHosted();
  const story = useExercise(hosted.data?.exercise ?? false);
  useEffect(() => {
    document.title = t('app.name');
  }, []);
  return (
    <main className={classes.page}>
      <Loaded query={hosted}>
        {(data) =>
          data.exercise ? (
            <>
              <header className={classes.head}>
                <h1>{t('app.name')}</h1>
                <p>{t('exercise.lead')}</p>
              </header>
              <div className={classes.columns}>
                <Loaded query={story}>{(state) => <StoryPanel story={state} />}</Loaded>
                {data.choosesDesk ? (
                  <DeskChooser nodes={data.nodes} />
                ) : (
                  <PlainNodes nodes={data.nodes} heading="h2" />
                )}
              </div>
            </>
          ) : (
            <PlainNodes nodes={data.nodes} heading="h1" />
          )
        }
      </Loaded>
    </main>
  );
}
