import { useHosted } from '#web/api/nodes.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession } from '#web/api/session.ts';
import { handlingWords } from './handling-codes.tsx';

/** On every printed sheet: that it is an exercise, the operation, whose copy it is, and the handling codes. */
export function PrintHead() {
  const operation = useOperation();
  const session = useSession();
  const notice = useHosted().data?.notice;
  return (
    <div className="print-head">
      <div>
        {notice && (
          <div>
            <strong>{notice}</strong>
          </div>
        )}
        {operation && (
          <>
            <strong>{operation.codeName}</strong> · {session.agency.name} · {session.name} ·{' '}
            {handlingWords(operation.handling).join(' · ')}
          </>
        )}
      </div>
    </div>
  );
}
