import type { TransferView } from '#exchange/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { duration, shortId, size } from '#web/words/format.ts';
import classes from './transfers.module.css';

/** Large messages whose bytes are on their way now. Nothing where there is none. `named`: of several messages. */
export function Transfers({
  transfers,
  named = false,
}: {
  transfers: readonly TransferView[];
  named?: boolean;
}) {
  if (transfers.length === 0) return null;
  return (
    <Panel title={t('transfer.title')} aside={<span className="soft">{t('transfer.lead')}</span>}>
      <ul className={classes.transfers}>
        {transfers.map((transfer) => (
          <Transfer key={`${transfer.messageId} ${transfer.hop}`} transfer={transfer} named={named} />
        ))}
      </ul>
    </Panel>
  );
}

function Transfer({ transfer, named }: { transfer: TransferView; named: boolean }) {
  const { messageId, hop, doneBytes, sizeBytes, bytesPerSecond, secondsLeft, movedAt } = transfer;
  const operation = useOperation();
  return (
    <li>
      <strong>
        {hop === null ? t('transfer.coming') : t('transfer.to', { agency: agencyName(operation, hop) })}
      </strong>
      {named && <span className="soft mono">{shortId(messageId)}</span>}
      <progress
        className={classes.bar}
        max={sizeBytes}
        value={doneBytes}
        aria-label={t('transfer.progress')}
      />
      <span>
        {t('transfer.there', {
          percent: Math.floor((100 * doneBytes) / sizeBytes),
          done: size(doneBytes),
          total: size(sizeBytes),
        })}
      </span>
      <span className="soft">
        {bytesPerSecond === null
          ? t('transfer.noRate')
          : t('transfer.rate', { size: size(Math.round(bytesPerSecond)) })}
        {secondsLeft !== null && <> · {t('format.left', { duration: duration(1000 * secondsLeft) })}</>}
        {movedAt !== null && (
          <>
            {' '}
            · {t('transfer.moved')} <Time at={movedAt} />
          </>
        )}
      </span>
    </li>
  );
}
