/** The way of a message: through the operation's coordinator, unless one end is the coordinator itself. */
import type { AgencyId } from '#core/ids.ts';

export interface Leg {
  readonly recipient: AgencyId;
  /** Whom this node hands the message to for that recipient; itself for its own copy. */
  readonly nextHop: AgencyId;
}

export interface Route {
  /** The agency that carries the message on, where a recipient is not reached directly. */
  readonly via: AgencyId | null;
  readonly legs: readonly Leg[];
}

/** @param coordinator of the operation; null where it is not known: then all goes directly */
export function routeOf(from: AgencyId, to: readonly AgencyId[], coordinator: AgencyId | null): Route {
  const legs = [...new Set(to)].map((recipient): Leg => {
    const direct =
      coordinator === null || from === coordinator || recipient === coordinator || recipient === from;
    return { recipient, nextHop: direct ? recipient : coordinator };
  });
  return { via: legs.some(({ recipient, nextHop }) => recipient !== nextHop) ? coordinator : null, legs };
}
