/**
 * Pattern of a text that another agency wrote, for its schema: PostgreSQL keeps every character but U+0000.
 * Without it such a message would be neither recorded nor refused, and opened again and again.
 */
export const STORABLE = '^[^\\u0000]*$';

/** The same, with something to read in it. */
export const STORABLE_WORDS = '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$';
