import { usePlace } from '#web/api/place.ts';
import { LeadPackages } from './lead-packages.tsx';
import { ReceivedPackages } from './received-packages.tsx';

/** At the lead: what is composed and sent. Elsewhere: what has arrived. */
export function PackagesPage() {
  return usePlace().lead ? <LeadPackages /> : <ReceivedPackages />;
}
