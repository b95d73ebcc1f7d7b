import { useParams } from '@tanstack/react-router';
import type { HitDetail } from '#crossmatch/schemas.ts';
import { useHit } from '#web/api/hits.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { Columns, Stack } from '#web/parts/columns.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Time } from '#web/parts/time.tsx';
import { shortId } from '#web/words/format.ts';
import { DecideForm } from './decide-form.tsx';
import { DecisionHistory } from './decision-history.tsx';
import { Dissemination } from './dissemination.tsx';
import { HitMark } from './hit-mark.tsx';
import { HitSide } from './hit-side.tsx';

/** One hit: both sides with their selectors, grades and codes, and the decision. */
export function HitPage() {
  const { id } = useParams({ from: '/$agency/hits/$id' });
  const hit = useHit(id);
  useSubject('hit', id);
  return <Loaded query={hit}>{(data) => <Shown hit={data} />}</Loaded>;
}

function Shown({ hit }: { hit: HitDetail }) {
  const [one, other] = hit.sides;
  return (
    <>
      <PageHead
        title={t('hit.title', { id: shortId(hit.hitId) })}
        lead={
          <>
            <HitMark hit={hit} />
            <span>{t(`hit.standing.${hit.standing}`)}</span>
            <span>
              {t('hit.found')} <Time at={hit.foundAt} />
            </span>
          </>
        }
      />
      <Stack>
        <p>
          <strong>{hit.reason}</strong> {t('hit.values')}
        </p>
        <Columns side={other && <HitSide side={other} position={2} may={hit.dissemination.sides[1]} />}>
          {one && <HitSide side={one} position={1} may={hit.dissemination.sides[0]} />}
        </Columns>
        <Columns
          side={
            <>
              <Dissemination dissemination={hit.dissemination} />
              <DecisionHistory history={hit.history} />
            </>
          }
        >
          <DecideForm hit={hit} />
        </Columns>
      </Stack>
    </>
  );
}
