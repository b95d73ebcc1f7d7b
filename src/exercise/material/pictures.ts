/**
 * Pictures that show nothing: gradients, discs, stripes, hills and noise, drawn from a seed and a number.
 * The same seed, number and version of the image library give the same bytes.
 */
import sharp from 'sharp';
import { below, type Random, randomFor } from '#exercise/log/random.ts';

export interface Picture {
  readonly number: number;
  /** Scaled down and encoded anew: it looks the same, and no hash of it is. */
  readonly smaller?: boolean;
}

const WIDTH = 96;
const HEIGHT = 72;
const CHANNELS = 3;

type Colour = readonly [number, number, number];
/** The colour of a point. */
type Painter = (x: number, y: number) => Colour;

/** JPEG for two pictures in three, PNG for the third. */
export function isPng({ number }: Pick<Picture, 'number'>): boolean {
  return number % 3 === 2;
}

/** The picture's file. */
export async function drawPicture(seed: string, picture: Picture): Promise<Buffer> {
  const random = randomFor(seed, `picture/${picture.number}`);
  const raw = { width: WIDTH, height: HEIGHT, channels: CHANNELS } as const;
  const drawn = sharp(paint(random), { raw });
  const scaled = picture.smaller ? drawn.resize(WIDTH / 2, HEIGHT / 2) : drawn;
  const encoded = isPng(picture) ? scaled.png() : scaled.jpeg({ quality: picture.smaller ? 60 : 85 });
  return encoded.toBuffer();
}

function paint(random: Random): Buffer {
  const painter = layers(random);
  const pixels = Buffer.alloc(WIDTH * HEIGHT * CHANNELS);
  for (let y = 0, at = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++, at += CHANNELS) pixels.set(painter(x, y), at);
  }
  return pixels;
}

/** A gradient, one kind of shape over it, and a little noise. */
function layers(random: Random): Painter {
  const [from, to] = [colour(random), colour(random)];
  const shapes = [discs, stripes, hills][below(random(), 3)] ?? discs;
  const shape = shapes(random);
  return (x, y) => {
    const mixed = (i: 0 | 1 | 2): number => Math.trunc((from[i] * (HEIGHT - y) + to[i] * y) / HEIGHT);
    const [red, green, blue] = shape(x, y) ?? [mixed(0), mixed(1), mixed(2)];
    const grain = below(random(), 12);
    return [Math.min(255, red + grain), Math.min(255, green + grain), Math.min(255, blue + grain)];
  };
}

type Shape = (x: number, y: number) => Colour | undefined;

function discs(random: Random): Shape {
  const all = Array.from({ length: 3 + below(random(), 5) }, () => ({
    x: below(random(), WIDTH),
    y: below(random(), HEIGHT),
    radius: 4 + below(random(), 18),
    colour: colour(random),
  }));
  return (x, y) => all.find((disc) => (x - disc.x) ** 2 + (y - disc.y) ** 2 < disc.radius ** 2)?.colour;
}

function stripes(random: Random): Shape {
  const width = 3 + below(random(), 12);
  const slope = below(random(), 4);
  const painted = colour(random);
  return (x, y) => (Math.trunc((x + slope * y) / width) % 2 === 0 ? painted : undefined);
}

/** Two ridges of hills, the nearer one in front. */
function hills(random: Random): Shape {
  const ridges = [HEIGHT / 2, (HEIGHT * 3) / 4].map((height) => ({
    height,
    peaks: Array.from({ length: 4 }, () => below(random(), WIDTH)),
    colour: colour(random),
  }));
  return (x, y) =>
    ridges.findLast(({ height, peaks }) => {
      const nearest = Math.min(...peaks.map((peak) => Math.abs(peak - x)));
      return y > height - 16 + nearest;
    })?.colour;
}

function colour(random: Random): Colour {
  return [below(random(), 244), below(random(), 244), below(random(), 244)];
}
