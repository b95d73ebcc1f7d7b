import type { LinkSuggestionView } from '#observations/links/schemas.ts';
import { useLinkRows } from '#web/api/links.ts';
import { t } from '#web/messages/messages.ts';
import { Loaded } from '#web/parts/loaded.tsx';
import { Time } from '#web/parts/time.tsx';
import classes from './links-panel.module.css';

/** The rows of the log that a suggestion rests on: each by file and line. */
export function LinkRows({ link }: { link: LinkSuggestionView }) {
  const rows = useLinkRows(link);
  return (
    <Loaded query={rows}>
      {(page) => (
        <section>
          <h4>
            {t('links.rows', { count: page.total })}
            {page.total > page.rows.length && `, ${t('links.rowsShown', { shown: page.rows.length })}`}
          </h4>
          <ul className={classes.rows}>
            {page.rows.map((row) => (
              <li key={`${row.importId} ${row.line}`}>
                <Time at={row.observedAt} />
                <span className="mono">{row.clientId.slice(0, 12)}</span>
                <span className="mono">
                  {row.port === null ? row.address : `${row.address} : ${row.port}`}
                </span>
                <span className="soft" title={row.fileSha256}>
                  {t('links.line', { file: row.fileName, line: row.line })}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Loaded>
  );
}
