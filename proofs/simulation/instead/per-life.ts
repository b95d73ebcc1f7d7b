/** In the place of a module's collections: see `../own-state.ts`. */
import { type Life, lifeNow } from '../world.ts';

/** Stands for the collection of the life that asks; what asks outside any life has one too. */
export function perLife<Collection extends object>(make: () => Collection): Collection {
  const ofLives = new WeakMap<Life, Collection>();
  const outside = make();
  const mine = (): Collection => {
    const life = lifeNow();
    if (!life) return outside;
    const known = ofLives.get(life) ?? make();
    ofLives.set(life, known);
    return known;
  };
  return new Proxy(outside, {
    get(_target, name) {
      const collection = mine();
      const member: unknown = Reflect.get(collection, name, collection);
      return typeof member === 'function' ? (member.bind(collection) as unknown) : member;
    },
  });
}
