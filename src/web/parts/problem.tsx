import { Button } from '@mantine/core';
import { ApiError } from '#web/api/client.ts';
import { t } from '#web/messages/messages.ts';
import classes from './problem.module.css';
import { ProveAgain } from './prove-again.tsx';

/** What went wrong, in the node's own sentence, and what can be done. */
export function Problem({ error, title, onRetry }: { error: unknown; title?: string; onRetry?: () => void }) {
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  const sentence = error instanceof ApiError ? error.message : t('problem.page');
  return (
    <div className={classes.problem} role="alert">
      <h3>{title ?? t('problem.title')}</h3>
      <p>{sentence}</p>
      {requestId && <p className="soft mono">{t('problem.requestId', { id: requestId })}</p>}
      {error instanceof ApiError && error.code === 'access/prove-again' && <ProveAgain />}
      {onRetry && (
        <Button variant="default" onClick={onRetry}>
          {t('problem.again')}
        </Button>
      )}
    </div>
  );
}
