import { Button, TextInput } from '@mantine/core';
import { useEffect } from 'react';
import { ERROR_CODES, type ErrorCode } from '#core/error-codes.ts';
import { sentenceOf } from '#core/errors.ts';
import { useEnrol, useProvider, useSignIn, useWays } from '#web/api/account.ts';
import { ApiError } from '#web/api/client.ts';
import { useHosted } from '#web/api/nodes.ts';
import { knowsPasskeys, PasskeyCancelled } from '#web/api/passkey.ts';
import type { Ending } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { OpenerLink } from '#web/parts/opener-link.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import classes from './sign-in-page.module.css';

/** Stands at every address of a node until an officer has signed in; then the page that was asked for is shown. */
export function SignInPage({ agency, ending }: { agency: string; ending?: Ending | undefined }) {
  const name = useHosted().data?.nodes.find(({ agencyId }) => agencyId === agency)?.name ?? agency;
  useEffect(() => {
    document.title = `${t('signIn.title')} – ${t('app.name')}`;
  }, []);
  return (
    <main className={classes.page}>
      <header>
        <p className={classes.app}>{t('app.name')}</p>
        <h1>{name}</h1>
        <p>{t('signIn.lead')}</p>
      </header>
      {ending && <p role="status">{t(`session.${ending}`)}</p>}
      <Refused />
      {knowsPasskeys() ? (
        <>
          <SignIn agency={agency} />
          <Enrol agency={agency} />
        </>
      ) : (
        <p role="alert">{t('signIn.unable')}</p>
      )}
      <p>
        <OpenerLink />
      </p>
    </main>
  );
}

function SignIn({ agency }: { agency: string }) {
  const signIn = useSignIn(agency);
  const provider = useWays(agency).data?.provider;
  const atProvider = useProvider(agency, 'sign-in');
  return (
    <Panel title={t('signIn.title')}>
      <div className={classes.act}>
        <Button size="md" loading={signIn.isPending} onClick={() => signIn.mutate()}>
          {t('signIn.act')}
        </Button>
        <p className="soft">{t('signIn.words')}</p>
        {signIn.isError && <Problem error={inWords(signIn.error)} />}
        {provider && (
          <Button variant="default" loading={atProvider.isPending} onClick={() => atProvider.mutate({})}>
            {t('signIn.at', { provider })}
          </Button>
        )}
        {atProvider.isError && <Problem error={atProvider.error} />}
      </div>
    </Panel>
  );
}

function Enrol({ agency }: { agency: string }) {
  const enrol = useEnrol(agency);
  const provider = useWays(agency).data?.provider;
  const atProvider = useProvider(agency, 'enrol');
  const fields = useFields({ code: '', label: '' }, ({ code, label }) => ({
    code: code.trim() === '' ? t('form.required') : undefined,
    label: label.trim() === '' ? t('form.required') : undefined,
  }));
  const { code, label } = fields.form;
  return (
    <ActForm
      title={t('enrol.title')}
      words={<p>{t('enrol.words')}</p>}
      act={t('enrol.act')}
      pending={enrol.isPending}
      error={atProvider.error ?? (enrol.error && inWords(enrol.error))}
      done={enrol.isSuccess ? t('enrol.done') : undefined}
      onAct={() =>
        fields.ready() && enrol.mutate({ code, label: label.trim() }, { onSuccess: () => fields.reset() })
      }
    >
      <TextInput
        label={t('enrol.code')}
        description={t('enrol.codeHint')}
        required
        autoComplete="off"
        spellCheck={false}
        maxLength={60}
        {...fields.text('code')}
      />
      <TextInput
        label={t('enrol.label')}
        description={t('enrol.labelHint')}
        required
        maxLength={60}
        {...fields.text('label')}
      />
      {provider && (
        <Button
          variant="default"
          disabled={code.trim() === ''}
          loading={atProvider.isPending}
          onClick={() => atProvider.mutate({ code })}
        >
          {t('enrol.at', { provider })}
        </Button>
      )}
    </ActForm>
  );
}

/** The provider sent the browser back with an answer that did not hold. */
function Refused() {
  const code = new URLSearchParams(window.location.search).get('refused');
  if (code === null || !Object.hasOwn(ERROR_CODES, code)) return null;
  const message = sentenceOf(code as ErrorCode, { issuer: t('signIn.theProvider') });
  return <Problem title={t('signIn.refused')} error={new ApiError(0, { code, message })} />;
}

function inWords(error: unknown): unknown {
  return error instanceof PasskeyCancelled
    ? new ApiError(0, { code: 'web/passkey-cancelled', message: t('signIn.cancelled') })
    : error;
}
