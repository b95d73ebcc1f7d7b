import { describe, expect, it } from 'vitest';
import { ENGINES, NAMED_QUERIES, placeholdersOf, QUERY_NAMES, querySql } from './named-queries.ts';

describe('named queries', () => {
  it.each(QUERY_NAMES)('%s asks every engine with the same placeholders', (name) => {
    for (const engine of ENGINES) {
      expect([...placeholdersOf(name, engine)].sort()).toEqual([...NAMED_QUERIES[name].needs].sort());
    }
  });

  it('fills what is bound, and refuses what is not', () => {
    expect(querySql('file-supply', 'duckdb', { rows: '(SELECT 1)' })).toContain('FROM (SELECT 1) seen');
    expect(() => querySql('client-facts', 'spark', { rows: 'seen' })).toThrow('needs direct_grades');
  });

  it('orders every answer, so that two engines can be compared row for row', () => {
    for (const name of QUERY_NAMES) {
      for (const engine of ENGINES) {
        const bindings = Object.fromEntries(NAMED_QUERIES[name].needs.map((need) => [need, need]));
        expect(querySql(name, engine, bindings)).toMatch(/ORDER BY [^()]+$/);
      }
    }
  });
});
