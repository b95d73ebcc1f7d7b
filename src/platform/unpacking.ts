/**
 * What a compressed file may unpack to. Records of any tool compress ten to thirty times, texts made to be small on the
 * way and large on the disk a thousand times (gzip) or ten thousand (zstd). Measured as it is unpacked, window by
 * window, so that a file which begins well is no better off.
 */
import { IcarusError } from '#core/errors.ts';

export interface UnpackLimits {
  /** Most bytes that one file may unpack to. */
  readonly mostBytes: number;
  /** Most bytes that a packed byte may stand for. */
  readonly mostTimes: number;
}

export const UNPACK_LIMITS: UnpackLimits = { mostBytes: 1024 ** 4, mostTimes: 250 };

/** So much may be as dense as it likes: a small file that repeats itself harms nobody. */
export const UNPACK_WINDOW_BYTES = 64 * 1024 ** 2;

/** Told of each chunk: how long it is, and how many packed bytes have been taken so far. @throws observations/unpacks-too-far */
export type UnpackMeter = (unpacked: number, packedSoFar: number) => void;

/** @param path of the file, for whoever must act */
export function unpackMeter({ mostBytes, mostTimes }: UnpackLimits, path: string): UnpackMeter {
  let total = 0;
  let window = { from: 0, packed: 0 };
  return (unpacked, packedSoFar) => {
    total += unpacked;
    if (total > mostBytes)
      throw tooFar(path, `more than ${mostBytes} bytes come out of it`, 'ICARUS_UNPACKED_LIMIT_BYTES');
    const length = total - window.from;
    if (length < UNPACK_WINDOW_BYTES) return;
    if (length > mostTimes * (packedSoFar - window.packed))
      throw tooFar(
        path,
        `more comes out of it than ${mostTimes} times what is in it`,
        'ICARUS_UNPACKED_TIMES',
      );
    window = { from: total, packed: packedSoFar };
  };
}

function tooFar(path: string, reason: string, setting: string): IcarusError {
  return new IcarusError('observations/unpacks-too-far', { path, reason, setting });
}
