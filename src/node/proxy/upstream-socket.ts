import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Where the upstream listens. */
export interface UpstreamAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** Takes what was read; the bytes hold until it returns. Returns false to stop reading. */
export type OnBytes = (bytes: Buffer) => boolean;

const TCP_KEEP_ALIVE_MS = 60_000;

/**
 * One buffer for all connections of the process: what was read is used or copied before the next read,
 * and a fresh buffer for every read is a good part of what a proxied request costs.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(65_536);

/** The last TLS session of each upstream; resuming it saves a round trip and a signature. */
const sessions = new Map<string, Buffer>();

export function addressOf(url: URL): UpstreamAddress {
  const tls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(url.port) || (tls ? 443 : 80), tls };
}

/** Begins to connect. Emits `connect`, or `secureConnect` with TLS, when requests may be sent. */
export function openSocket(address: UpstreamAddress, onBytes: OnBytes): Socket {
  const socket = address.tls ? openTls(address, onBytes) : openTcp(address, onBytes);
  return socket.setKeepAlive(true, TCP_KEEP_ALIVE_MS);
}

function openTcp({ host, port }: UpstreamAddress, onBytes: OnBytes): Socket {
  const callback = (length: number) => onBytes(READ_BUFFER.subarray(0, length));
  return connectTcp({ host, port, noDelay: true, onread: { buffer: READ_BUFFER, callback } });
}

function openTls({ host, port }: UpstreamAddress, onBytes: OnBytes): Socket {
  const key = `${host} ${port}`;
  const session = sessions.get(key);
  const socket = connectTls({
    ...{ host, port, ALPNProtocols: ['http/1.1'] },
    ...(isIP(host) === 0 && { servername: host }),
    ...(session !== undefined && { session }),
  });
  socket.setNoDelay(true);
  socket.on('session', (fresh: Buffer) => sessions.set(key, fresh));
  socket.on('data', (bytes: Buffer) => {
    if (!onBytes(bytes)) socket.pause();
  });
  return socket;
}
