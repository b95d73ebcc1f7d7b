import type { TargetDocument } from '#packages/types.ts';
import { CaseLink } from '#web/parts/case-link.tsx';
import { TargetPlaceLink } from '#web/parts/target-place-link.tsx';
import { shortId } from '#web/words/format.ts';
import { LeadTargetLink } from './lead-target-link.tsx';
import type { TargetPlace } from './package-targets.tsx';

export function PackageTargetName({ target, link }: { target: TargetDocument; link: TargetPlace }) {
  if (link === 'case') return <CaseLink targetId={target.targetId} />;
  if (link === 'lead') return <LeadTargetLink targetId={target.targetId} />;
  return (
    <TargetPlaceLink targetId={target.targetId} country={null} className="mono">
      {shortId(target.targetId)}
    </TargetPlaceLink>
  );
}
