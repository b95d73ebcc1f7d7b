import type { AnswersView } from '#protection/schemas.ts';
import { useAnswers } from '#web/api/protection.ts';
import { t } from '#web/messages/messages.ts';
import { Stack } from '#web/parts/columns.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Done } from '#web/parts/done.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { AnswerForm } from './answer-form.tsx';

type Answer = AnswersView['answers'][number];

const COLUMNS: readonly DataColumn<Answer>[] = [
  { id: 'reference', header: t('answers.reference'), cell: ({ reference }) => reference },
  {
    id: 'asked',
    header: t('answers.askedBy'),
    width: 190,
    cell: ({ askedBy }) => t(`answers.askedBy.${askedBy}`),
  },
  {
    id: 'answer',
    header: t('answers.answer'),
    wrap: true,
    cell: ({ answer, restriction, reason }) =>
      restriction === null
        ? t(`answers.answer.${answer}`)
        : `${t(`answers.answer.${answer}`)} (${restriction}): ${reason}`,
  },
  { id: 'records', header: t('answers.records'), width: 100, cell: ({ records }) => records },
  {
    id: 'by',
    header: t('answers.by'),
    width: 230,
    cell: ({ answeredAt, answeredBy }) => <Done at={answeredAt} by={answeredBy} />,
  },
  {
    id: 'digest',
    header: t('protection.digest'),
    spare: true,
    width: 150,
    cell: ({ sha256 }) => (sha256 === null ? null : <Digest value={sha256} />),
  },
];

/** What is held on a person, for whoever may ask; and which answers were given. */
export function AnswersPage() {
  const answers = useAnswers();
  return (
    <>
      <PageHead title={t('answers.title')} lead={t('answers.lead')} />
      <Stack>
        <AnswerForm />
        <Loaded query={answers}>
          {({ answers: given }) => (
            <Sheet>
              <DataTable
                name="answers"
                label={t('answers.given')}
                heading={t('answers.given')}
                columns={COLUMNS}
                rows={given}
                rowId={({ answerId }) => answerId}
                empty={<Empty what={t('answers.none')} />}
              />
            </Sheet>
          )}
        </Loaded>
      </Stack>
    </>
  );
}
