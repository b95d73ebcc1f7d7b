import type { ReportDetail } from '#casework/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { CaseLink } from '#web/parts/case-link.tsx';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Flags } from '#web/parts/flags.tsx';
import { OutcomeMark } from '#web/parts/outcome-mark.tsx';
import { PersonWords } from '#web/parts/person-words.tsx';
import { Size } from '#web/parts/size.tsx';
import { count, shortId } from '#web/words/format.ts';

type ReportTarget = ReportDetail['targets'][number];
type Count = 'suspectsIdentified' | 'suspectsArrested' | 'victimsSafeguarded' | 'devicesSeized';

const number = (name: Count, spare = false): DataColumn<ReportTarget> => ({
  id: name,
  header: t(`sums.${name}`),
  end: true,
  spare,
  cell: (row) => count(row[name]),
});

/** @param own the report is this agency's: its targets open in casework */
export function reportTargetColumns(own: boolean): readonly DataColumn<ReportTarget>[] {
  return [
    {
      id: 'target',
      header: t('column.target'),
      cell: ({ targetId }) =>
        own ? (
          <CaseLink targetId={targetId} />
        ) : (
          <span className="mono" title={targetId}>
            {shortId(targetId)}
          </span>
        ),
    },
    { id: 'outcome', header: t('column.outcome'), cell: ({ outcome }) => <OutcomeMark outcome={outcome} /> },
    {
      id: 'person',
      header: t('person.column'),
      cell: ({ person }) => person && <PersonWords person={person} />,
    },
    number('suspectsIdentified'),
    number('suspectsArrested'),
    number('victimsSafeguarded', true),
    number('devicesSeized', true),
    {
      id: 'bytes',
      header: t('sums.bytesSeized'),
      end: true,
      spare: true,
      cell: ({ bytesSeized }) => <Size bytes={bytesSeized} />,
    },
    { id: 'flags', header: t('column.flags'), cell: ({ flags }) => <Flags flags={flags} /> },
  ];
}
