import type { Summary } from '#evidence/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Size } from '#web/parts/size.tsx';
import { VERDICT_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { count } from '#web/words/format.ts';
import classes from './summary-panel.module.css';

type Categories = NonNullable<Summary['inventory']>['totals']['byCategory'];

/** What the lists say, by list and national category. One file may count under several. */
export function KnownByCategory({ categories }: { categories: Categories }) {
  if (categories.length === 0) return null;
  return (
    <table className={classes.sums}>
      <thead>
        <tr>
          <th scope="col">{t('summary.byCategory')}</th>
          <th scope="col">{t('column.files')}</th>
          <th scope="col">{t('column.size')}</th>
        </tr>
      </thead>
      <tbody>
        {categories.map(({ listId, listName, category, meaning, files, bytes }) => (
          <tr key={`${listId} ${category}`}>
            <th scope="row">
              <StateMark
                look={VERDICT_LOOK[meaning]}
                word={category === '' ? listName : t('summary.category', { list: listName, category })}
                title={t(`verdict.${meaning}`)}
              />
            </th>
            <td>{count(files)}</td>
            <td>
              <Size bytes={bytes} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
