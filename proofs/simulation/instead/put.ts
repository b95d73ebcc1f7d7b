/** In the place of the exchange's `put.ts`: the file goes over the simulated network. */
import type * as real from '#exchange/put.ts';
import { theNetwork } from '../network.ts';

export const putFile: typeof real.putFile = (target, file) => theNetwork().put(target, file);
