import { TextInput } from '@mantine/core';
import { useConfirmTerminal, useLookAtTerminal } from '#web/api/account.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { useFields } from '#web/parts/use-fields.ts';

/** A terminal that shows a code: which it is first, then the officer's word that it is his. */
export function ConfirmTerminal() {
  const look = useLookAtTerminal();
  const confirm = useConfirmTerminal();
  const fields = useFields({ code: '' }, ({ code }) => ({
    code: code.trim() === '' ? t('form.required') : undefined,
  }));
  const { code } = fields.form;
  const seen = look.data && look.variables === code ? look.data : undefined;
  const act = () => {
    if (!fields.ready()) return false;
    if (seen) confirm.mutate(code, { onSuccess: () => fields.reset() });
    else look.mutate(code);
    return true;
  };
  return (
    <ActForm
      title={t('account.terminal')}
      words={
        <>
          <p>{t('account.terminalWords')}</p>
          {seen && <p role="status">{t('account.terminalIs', { device: seen.device })}</p>}
        </>
      }
      act={seen ? t('account.terminalConfirm') : t('account.terminalLook')}
      pending={look.isPending || confirm.isPending}
      error={confirm.error ?? look.error}
      done={confirm.isSuccess && code === '' ? t('account.terminalDone') : undefined}
      onAct={act}
    >
      <TextInput label={t('account.terminalCode')} required maxLength={60} {...fields.text('code')} />
    </ActForm>
  );
}
