/**
 * An answer to a person, a supervisor or a court as one file to hand over: what was decided, and, where it is
 * given, the data as JSON and on paper. A tar archive, which every system opens.
 */
import { requireOperation } from '#operations/create.ts';
import type { NodeContext } from '#platform/context.ts';
import { TAR_END, tarEntry } from '#seal/tar.ts';
import type { SubjectAnswer, SubjectRequest } from './answer-subject.ts';
import { subjectPdf } from './subject-pdf.ts';
import { RESTRICTIONS } from './types.ts';

export interface AnswerFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export async function answerArchive(
  ctx: Pick<NodeContext, 'db' | 'node'>,
  request: SubjectRequest,
  answer: SubjectAnswer,
): Promise<AnswerFile> {
  const operation = await requireOperation(ctx.db, request.operationId);
  const { answerId, document, text, sha256 } = answer;
  const { restriction } = request;
  const decided = {
    format: 'icarus-subject-answer/1',
    answerId,
    reference: request.reference,
    askedBy: request.askedBy,
    answer: request.answer,
    controller: { agencyId: ctx.node.agencyId, name: ctx.node.name },
    // Art. 15(1) and (3): the interest is named; the reason behind it stays with the controller.
    restriction:
      request.answer === 'full' || restriction === undefined
        ? null
        : { letter: restriction, words: RESTRICTIONS[restriction] },
    heldData: sha256 === null ? null : { file: 'held-data.json', sha256 },
    rights:
      'Correction, erasure or restriction: Art. 16. Through the supervisory authority: Art. 17. Complaint: Art. 52.',
  };
  const files: [string, Uint8Array][] = [
    ['answer.json', Buffer.from(`${JSON.stringify(decided, null, 2)}\n`)],
  ];
  if (document) {
    files.push(['held-data.json', Buffer.from(text)]);
    files.push(['held-data.pdf', await subjectPdf(document, operation)]);
  }
  const bytes = Buffer.concat([...files.map(([path, content]) => tarEntry(path, content)), TAR_END]);
  return { name: `${answerId}.tar`, bytes };
}
