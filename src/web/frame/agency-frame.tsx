import { Loader } from '@mantine/core';
import { Link, Outlet, useMatches } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { sentenceOf } from '#core/errors.ts';
import { ApiError } from '#web/api/client.ts';
import { anchorAt, ClockContext } from '#web/api/clock.ts';
import { useExercise } from '#web/api/exercise.ts';
import { useLive } from '#web/api/live.ts';
import { useHosted } from '#web/api/nodes.ts';
import { useAgency, useOperations } from '#web/api/operation.ts';
import { isSession, type Session, SessionContext, useSessionQuery } from '#web/api/session.ts';
import { useEnding } from '#web/api/session-end.ts';
import { t } from '#web/messages/messages.ts';
import { Empty } from '#web/parts/empty.tsx';
import { Problem } from '#web/parts/problem.tsx';
import classes from './agency-frame.module.css';
import { ChainNavigation } from './chain-navigation.tsx';
import { ConditionChecks } from './condition-checks.tsx';
import { EmergencyBanner } from './emergency-banner.tsx';
import { GoTo } from './go-to.tsx';
import { HistoryDrawer } from './history-drawer.tsx';
import { useFrameKeys } from './keyboard.ts';
import { KeyboardHelp } from './keyboard-help.tsx';
import { PrintHead } from './print-head.tsx';
import { ReasonGate } from './reason-gate.tsx';
import { RiskBanner } from './risk-banner.tsx';
import { SessionEndsSoon } from './session-ends-soon.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { type PageSubject, SubjectContext } from './subject.ts';
import { TopBar } from './top-bar.tsx';

/** Around every page of a node: nobody passes without a desk. */
export function AgencyFrame() {
  const agency = useAgency();
  const session = useSessionQuery(agency);
  const choosesDesk = useHosted().data?.choosesDesk;
  const ending = useEnding(agency, session.data);
  if (isSession(session.data) && ending === undefined) return <Frame session={session.data} />;
  const signedOut = session.data === null || ending !== undefined;
  if (signedOut && choosesDesk === false) return <SignInPage agency={agency} ending={ending} />;
  if ((!signedOut && !session.isError) || choosesDesk === undefined)
    return <Loader size="sm" m="xl" role="status" aria-label={t('loading.page')} />;
  return (
    <main className={classes.outside}>
      <Problem
        error={signedOut ? noDesk() : session.error}
        {...(!signedOut && { onRetry: () => void session.refetch() })}
      />
      <Link to="/">{t('frame.toDesks')}</Link>
    </main>
  );
}

function noDesk(): ApiError {
  const code = 'access/sign-in-required';
  return new ApiError(401, { code, message: sentenceOf(code) });
}

function Frame({ session }: { session: Session }) {
  const agency = useAgency();
  const connected = useLive(agency);
  const [open, setOpen] = useState<'search' | 'help' | 'history' | null>(null);
  const [subject, set] = useState<PageSubject | null>(null);
  const subjects = useMemo(() => ({ subject, set }), [subject]);
  const close = useCallback(() => setOpen(null), []);
  const opens = useMemo(
    () => ({
      onSearch: () => setOpen('search'),
      onHelp: () => setOpen('help'),
      onHistory: () => setOpen('history'),
    }),
    [],
  );
  useFrameKeys(agency, opens);
  return (
    <SessionContext value={session}>
      <ClockContext value={useClockAnchor(session)}>
        <SubjectContext value={subjects}>
          <PrintHead />
          <TopBar {...opens} />
          {!connected && (
            <div className={`${classes.interrupted} no-print`} role="status">
              {t('frame.reconnecting')}
            </div>
          )}
          <SessionEndsSoon />
          <ConditionChecks />
          <EmergencyBanner />
          <RiskBanner />
          <div className={`${classes.below} print-body`}>
            <ChainNavigation />
            <main id="page" className={classes.page} tabIndex={-1}>
              <PageOfOperation />
            </main>
          </div>
          <GoTo opened={open === 'search'} onClose={close} />
          <KeyboardHelp opened={open === 'help'} onClose={close} />
          <HistoryDrawer subject={open === 'history' ? subject : null} onClose={close} />
        </SubjectContext>
      </ClockContext>
    </SessionContext>
  );
}

/** The page, once it is known which operation it is about. */
function PageOfOperation() {
  const operations = useOperations();
  // An administrator has no operation, and every officer his account.
  const ofNode = useMatches({ select: (matches) => matches.some(({ staticData }) => staticData.ofNode) });
  if (ofNode) return <Outlet />;
  if (operations.isError)
    return <Problem error={operations.error} onRetry={() => void operations.refetch()} />;
  if (operations.data?.length === 0)
    return <Empty what={t('frame.noOperation')}>{t('frame.noOperationDo')}</Empty>;
  return (
    <ReasonGate>
      <Outlet />
    </ReasonGate>
  );
}

/** The node's clock: told with the session, and anew whenever the exercise's story jumps ahead. */
function useClockAnchor(session: Session) {
  const exercise = useHosted().data?.exercise ?? false;
  const story = useExercise(exercise).data;
  const now = story && story.now > session.now ? story.now : session.now;
  return useMemo(() => anchorAt(now), [now]);
}
