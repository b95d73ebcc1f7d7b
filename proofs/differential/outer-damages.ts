/** Damages that anyone on the way can do: he has the file, and no key. */
import { below, oneOf, type Random } from '#exercise/log/random.ts';
import type { Parts } from '#seal/craft.ts';
import { crafted, type Damage, flipIn, regionOf, type Stricter } from './damage.ts';
import type { Arrival } from './package.ts';
import { packageRegions } from './regions.ts';
import { goodArrival, type Scene } from './scene.ts';

const TAR_FORM: Stricter = {
  'seal/malformed': 'tar passes over what it does not need; we take one form of an archive',
  'seal/truncated': 'tar does without the two blocks at the end; we do not',
};

/** Flips a bit in a region of a good package. */
function flipped(region: string, stricter?: Stricter): Damage {
  return {
    name: `outside: ${region}`,
    ...(stricter && { stricter }),
    async make(scene, random) {
      const good = await goodArrival(scene, random);
      const bytes = Buffer.from(good.bytes);
      return { ...good, bytes: flipIn(bytes, regionOf(packageRegions(bytes), region, random), random) };
    },
  };
}

/** Changes the files of the outer archive of a package. */
function repacked(name: string, outer: (parts: Parts, random: Random) => Parts, stricter?: Stricter): Damage {
  return {
    name: `outside: ${name}`,
    ...(stricter && { stricter }),
    make: (scene, random) => crafted(scene, random, { outer: (parts) => outer(parts, random) }),
  };
}

/** Takes a part of a second package, sealed by the same sender for the same reader under the same name. */
async function swapped(scene: Scene, random: Random): Promise<Arrival> {
  const from = oneOf(random(), scene.senders);
  let taken: Parts = [];
  await crafted(
    scene,
    random,
    { files: { 'other.txt': 'other\n' }, outer: (parts) => (taken = parts) },
    { from },
  );
  const which = 1 + below(random(), 14);
  const outer = (parts: Parts) => parts.map((part, i) => ((which >> i) & 1 ? (taken[i] ?? part) : part));
  return crafted(scene, random, { outer }, { from });
}

const ID = 'IP-2011-ICARUS-MT-1';

export const OUTER_DAMAGES: readonly Damage[] = [
  flipped('header', TAR_FORM),
  flipped('padding', TAR_FORM),
  flipped('end', TAR_FORM),
  flipped('age header'),
  flipped('age nonce'),
  flipped('age payload'),
  flipped('age last chunk'),
  flipped('envelope'),
  flipped('envelope signature'),
  flipped('sums', {
    'seal/malformed': 'sha512sum takes other spellings of a line, and passes over lines that are none',
  }),
  {
    name: 'outside: cut off',
    stricter: TAR_FORM,
    async make(scene, random) {
      const good = await goodArrival(scene, random);
      // Near the end as often as anywhere: that is where tar does not mind.
      const from = below(random(), 2) ? 0 : Math.max(0, good.bytes.length - 2048);
      const end = from + below(random(), good.bytes.length - from);
      return { ...good, bytes: good.bytes.subarray(0, end) };
    },
  },
  {
    name: 'outside: something behind the end',
    stricter: TAR_FORM,
    async make(scene, random) {
      const good = await goodArrival(scene, random);
      const more = Buffer.alloc(1 + below(random(), 2000), below(random(), 2) ? 0 : 'x');
      return { ...good, bytes: Buffer.concat([good.bytes, more]) };
    },
  },
  { name: 'outside: parts of two packages', make: swapped },
  repacked('another order', (parts) => parts.toReversed(), TAR_FORM),
  repacked('a file is missing', (parts, random) => parts.toSpliced(below(random(), 4), 1)),
  repacked('a file more', (parts) => [...parts, [`${ID}/readme.txt`, 'x']], TAR_FORM),
  repacked('a file twice', (parts, random) => [...parts, oneOf(random(), parts)], TAR_FORM),
  repacked('a file beside the folder', (parts) => [...parts, ['readme.txt', 'x']], TAR_FORM),
];
