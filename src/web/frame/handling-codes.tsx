import { Tooltip, VisuallyHidden } from '@mantine/core';
import type { OperationDocument } from '#operations/types.ts';
import { t } from '#web/messages/messages.ts';
import classes from './handling-codes.module.css';

type Handling = OperationDocument['handling'];

export function handlingWords({ codes, text }: Handling): string[] {
  return codes.map((code) => (code === 'H3' ? t('code.H3', { text }) : t(`code.${code}`)));
}

/** The handling codes of what is on the page; their meaning on hover and on focus. */
export function HandlingCodes({ handling }: { handling: Handling }) {
  if (handling.codes.length === 0) return null;
  return (
    <Tooltip
      label={handlingWords(handling).map((words) => <div key={words}>{words}</div>)}
      events={{ hover: true, focus: true, touch: true }}
    >
      <button type="button" className={classes.codes} aria-description={handlingWords(handling).join('; ')}>
        <VisuallyHidden>{t('frame.codes')}</VisuallyHidden>
        {handling.codes.map((code) => (
          <span key={code} className={classes.code}>
            {code}
          </span>
        ))}
      </button>
    </Tooltip>
  );
}
