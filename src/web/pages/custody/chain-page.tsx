import { Button } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { useTrail, useTrailFile } from '#web/api/trail.ts';
import { t } from '#web/messages/messages.ts';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { ProofLink } from '#web/parts/proof-link.tsx';
import classes from './chain-page.module.css';
import { ChainStage } from './chain-stage.tsx';
import { kindWords, nameOf } from './chain-words.ts';

/** Everything that one thing rests on, and what came of it: to read at the desk, to print for a court, to hand out. */
export function ChainPage() {
  const { kind, id } = useSearch({ from: '/$agency/custody/chain' });
  if (!kind || !id) return <Empty what={t('custody.noHistory')} />;
  return <ChainOf kind={kind} id={id} />;
}

function ChainOf({ kind, id }: { kind: string; id: string }) {
  const trail = useTrail({ kind, id });
  const file = useTrailFile({ kind, id });
  return (
    <>
      <PageHead
        title={t('trail.title')}
        lead={
          <>
            <span title={id} className={classes.short}>
              {t('trail.lead', { kind: kindWords(kind), id: nameOf(id) })}
            </span>
            <span className={classes.whole}>{t('trail.lead', { kind: kindWords(kind), id })}</span>{' '}
            <span className="no-print">
              <ProofLink kind={kind} id={id} />
            </span>
          </>
        }
        actions={
          <>
            <Button variant="default" onClick={() => window.print()}>
              {t('trail.print')}
            </Button>
            <Button component="a" href={file} download>
              {t('trail.export')}
            </Button>
          </>
        }
      />
      <Loaded query={trail}>
        {({ stages }) => (
          <ol className={classes.stages}>
            {stages.map((stage, index) => (
              <ChainStage key={stage.stage} stage={stage} number={index + 1} />
            ))}
          </ol>
        )}
      </Loaded>
      <p className={classes.how}>{t('trail.how')}</p>
    </>
  );
}
