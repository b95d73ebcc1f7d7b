import type { Evaluation } from '#core/handling.ts';
import { t } from '#web/messages/messages.ts';

/** The 4x4 evaluation: its code, then what it says. */
export function EvaluationInWords({ evaluation: { source, information } }: { evaluation: Evaluation }) {
  return (
    <>
      <strong>
        {source}
        {information}
      </strong>{' '}
      {t(`evaluation.source.${source}`)}; {t(`evaluation.information.${information}`)}
    </>
  );
}
