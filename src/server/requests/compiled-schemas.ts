/**
 * What checks and writes the values of a schema, made once a process and not once for each node that it serves: the
 * nodes of an exercise, and those of tests, have the same routes. A schema is known again by being the same object.
 */
import { AjvCompiler } from '@fastify/ajv-compiler';
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';

type Writers = ReturnType<typeof SerializerSelector>;
type Writer = ReturnType<ReturnType<Writers>>;

const writersOf: Writers = SerializerSelector();
const made = new WeakMap<object, Writer>();

/** For Fastify's `schemaController`. The one for checks keeps an Ajv for each set of options, which knows its schemas. */
export const COMPILED_ONCE = {
  buildValidator: AjvCompiler(),
  buildSerializer: ((external, options) => {
    const make = writersOf(external, options);
    return (route) => {
      const { schema } = route;
      if (typeof schema !== 'object' || schema === null) return make(route);
      const writer = made.get(schema) ?? make(route);
      made.set(schema, writer);
      return writer;
    };
  }) satisfies Writers,
};
