import { useParams } from '@tanstack/react-router';
import { usePlace } from '#web/api/place.ts';
import { useSubject } from '#web/frame/subject.ts';
import { LeadPackage } from './lead-package.tsx';
import { ReceivedPackage } from './received-package.tsx';

/** One package, as its lead or as its receiver sees it. */
export function PackagePage() {
  const { id } = useParams({ from: '/$agency/packages/$id' });
  const { lead } = usePlace();
  useSubject('package', id);
  return lead ? <LeadPackage packageId={id} /> : <ReceivedPackage packageId={id} />;
}
