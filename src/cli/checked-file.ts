/** JSON files that people write, checked against the shape that their command needs. */
import type { Static, TSchema } from 'typebox';
import { IcarusError } from '#core/errors.ts';
import { jsonFile } from './arguments.ts';

/** @throws cli/file-unreadable, cli/file-invalid with the place of the first fault */
export async function checkedFile<Schema extends TSchema>(
  path: string,
  schema: Schema,
): Promise<Static<Schema>> {
  return checkedValue(path, schema, await jsonFile(path));
}

/** The same for what was read before. */
export async function checkedValue<Schema extends TSchema>(
  path: string,
  schema: Schema,
  value: unknown,
): Promise<Static<Schema>> {
  const { Value } = await import('typebox/value');
  if (Value.Check(schema, value)) return value;
  const [first] = Value.Errors(schema, value);
  throw new IcarusError('cli/file-invalid', {
    path,
    field: first?.instancePath.slice(1).replaceAll('/', '.') || 'its top level',
    reason: first?.message ?? 'it has another shape',
  });
}
