/** Whom the exchange's own acts are recorded as. */
export const EXCHANGE_ACTOR = { kind: 'system', process: 'exchange' } as const;
