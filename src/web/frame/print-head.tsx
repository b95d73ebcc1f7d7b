import { useOperation } from '#web/api/operation.ts';
import { useSession } from '#web/api/session.ts';
import { handlingWords } from './handling-codes.tsx';
import classes from './print-head.module.css';

/** On every printed page: the operation, whose copy it is, and the handling codes. */
export function PrintHead() {
  const operation = useOperation();
  const session = useSession();
  if (!operation) return null;
  return (
    <div className={`print-only ${classes.head}`}>
      <strong>{operation.codeName}</strong> · {session.agency.name} · {session.name} ·{' '}
      {handlingWords(operation.handling).join(' · ')}
    </div>
  );
}
