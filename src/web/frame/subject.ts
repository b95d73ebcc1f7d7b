/** The thing that the page is about, for the history at the right. */
import { createContext, use, useEffect } from 'react';

export interface PageSubject {
  readonly kind: string;
  readonly id: string;
}

export const SubjectContext = createContext<{
  readonly subject: PageSubject | null;
  readonly set: (subject: PageSubject | null) => void;
}>({ subject: null, set: () => undefined });

export function usePageSubject(): PageSubject | null {
  return use(SubjectContext).subject;
}

/** Says what this page is about, while it is shown. */
export function useSubject(kind: string, id: string | undefined): void {
  const { set } = use(SubjectContext);
  useEffect(() => {
    set(id === undefined ? null : { kind, id });
    return () => set(null);
  }, [set, kind, id]);
}
