/**
 * Connections to peers, kept open between messages. To a peer whose card pins TLS keys a connection is
 * handed out only when the handshake is over and the key that was shown is one of them: not a byte of a request
 * leaves before that. Its name, its issuer and its dates say nothing then: the pin does.
 */
import { type Agent, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import type { Outgoing } from '#platform/outgoing.ts';
import { spkiPin, type TlsIdentity } from '#platform/self-signed.ts';
import type { AgencyCard } from '#seal/card.ts';

export interface Connections {
  /**
   * What connects to the node of a card.
   * @throws transport/pin-without-tls, transport/no-tls-key, transport/address-refused
   */
  agentFor(card: AgencyCard): Agent;
  /** Closes those that are idle, and lets none be kept. */
  close(): void;
}

interface Kept {
  readonly agent: Agent;
  /** What it was made for; a card that says otherwise gets other connections. */
  readonly made: string;
}

interface ConnectionRules {
  /** Longest silence during a handshake. */
  readonly timeoutMs: number;
  /** Where this node connects to at all. */
  readonly outgoing: Outgoing;
}

export function createConnections(tls: TlsIdentity | undefined, options: ConnectionRules): Connections {
  const kept = new Map<AgencyId, Kept>();
  return {
    agentFor(card) {
      const made = JSON.stringify([card.address, card.tlsKeys ?? []]);
      const known = kept.get(card.agencyId);
      if (known?.made === made) return known.agent;
      known?.agent.destroy();
      const agent = makeAgent(card, tls, options);
      kept.set(card.agencyId, { agent, made });
      return agent;
    },
    close() {
      for (const { agent } of kept.values()) agent.destroy();
      kept.clear();
    },
  };
}

function makeAgent(
  { agencyId, address, tlsKeys }: AgencyCard,
  tls: TlsIdentity | undefined,
  { timeoutMs, outgoing }: ConnectionRules,
) {
  const { lookup } = outgoing;
  if (address !== null) outgoing.check(new URL(address));
  const secure = address?.startsWith('https:') ?? false;
  if (tlsKeys === undefined)
    return secure ? provenByIssuer(tls, outgoing) : new HttpAgent({ keepAlive: true, lookup });
  if (!secure) throw new IcarusError('transport/pin-without-tls', { agency: agencyId });
  if (tls === undefined) throw new IcarusError('transport/no-tls-key', { agency: agencyId });
  return pinned(new Set(tlsKeys), { agencyId, tls, timeoutMs, lookup });
}

/** A proxy stands before the node: its certificate must be of an authority that this machine believes. */
function provenByIssuer(tls: TlsIdentity | undefined, { lookup }: Outgoing): Agent {
  return new HttpsAgent({
    keepAlive: true,
    lookup,
    minVersion: 'TLSv1.3',
    ...(tls && { key: tls.key, cert: tls.certificate }),
  });
}

interface Pinned extends Pick<ConnectionRules, 'timeoutMs'>, Pick<Outgoing, 'lookup'> {
  readonly agencyId: AgencyId;
  readonly tls: TlsIdentity;
}

function pinned(pins: ReadonlySet<string>, { agencyId, tls, timeoutMs, lookup }: Pinned): Agent {
  const agent = new HttpsAgent({ keepAlive: true });
  agent.createConnection = (options, done) => {
    const socket = connect({
      ...(options as ConnectionOptions),
      lookup,
      key: tls.key,
      cert: tls.certificate,
      minVersion: 'TLSv1.3',
      // Each connection shows its key: a session taken up again would not.
      session: undefined,
      // The pin takes the place of issuer and name; it is checked below, before anybody gets the socket.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    const failed = (error: Error): void => {
      socket.destroy();
      done?.(error, socket);
    };
    socket.setTimeout(timeoutMs, () => failed(new Error('silent during the handshake')));
    socket.once('error', failed);
    socket.once('secureConnect', () => {
      socket.removeListener('error', failed);
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      const shown = pinShownBy(socket);
      if (shown !== undefined && pins.has(shown)) done?.(null, socket);
      else failed(new IcarusError('transport/pin-mismatch', { agency: agencyId, shown: shown ?? 'none' }));
    });
    return undefined;
  };
  return agent;
}

/** Of connections with requests, whose key was looked at: TLS 1.3 has no way to show another one later. */
const shownPins = new WeakMap<TLSSocket, string>();

/** The pin of the certificate that the other end of a connection showed, and proved to hold the key of. */
export function pinShownBy(socket: TLSSocket): string | undefined {
  const known = shownPins.get(socket);
  if (known !== undefined) return known;
  const certificate = socket.getPeerX509Certificate();
  const pin = certificate && spkiPin(certificate);
  if (pin !== undefined) shownPins.set(socket, pin);
  return pin;
}
