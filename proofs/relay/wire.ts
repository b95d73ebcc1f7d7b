/** The wire to one agency: passes bytes on, and counts them. What it carries is TLS; it sees nothing else. */
import { connect, createServer, type Socket } from 'node:net';

export interface Wire extends AsyncDisposable {
  readonly port: number;
  /** Bytes that went towards the agency. */
  bytes(): number;
}

export async function makeWire(target: number): Promise<Wire> {
  let bytes = 0;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    const ends = [near, far];
    for (const socket of ends) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        for (const other of ends) other.destroy();
      });
    }
    near.on('data', (chunk) => {
      bytes += chunk.length;
    });
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    bytes: () => bytes,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
