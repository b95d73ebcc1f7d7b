/** In the place of the exchange's `call-peer.ts`: requests go over the simulated network. */
import type * as real from '#exchange/call-peer.ts';
import { theNetwork } from '../network.ts';
import { createReadStream } from './fs.ts';

export const callPeer: typeof real.callPeer = (target, call) => theNetwork().call(target, call);

export const readPart = ({ path, offset, sizeBytes }: real.FilePart) =>
  createReadStream(path, { start: offset, end: offset + sizeBytes - 1 });
