import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { cleanups, client, READ, standFor, until } from './proxy-case.ts';
import { type ProxyStand, rawRequest, type StandOptions, statuses } from './proxy-stand.ts';

const CLOSING = READ.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

interface RawUpstream {
  readonly proxy: ProxyStand;
  /** Everything received, one text a connection. */
  readonly received: string[];
  readonly sockets: Socket[];
}

/** An upstream that speaks bytes: `onData` is called for every piece that a connection brings. */
async function raw(
  onData: (socket: Socket, received: string, connection: number) => void,
  options: Omit<StandOptions, 'upstreamUrl'> = {},
): Promise<RawUpstream> {
  const received: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const connection = received.push('') - 1;
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received[connection] += bytes.toString('latin1');
      onData(socket, received[connection]!, connection);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { proxy: await standFor(`http://127.0.0.1:${port}`, options), received, sockets };
}

describe('proxy upstream', () => {
  it.each([
    ['is not HTTP', 'hello\r\n\r\n'],
    [
      'is framed twice',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok',
    ],
    ['has a folded header', 'HTTP/1.1 200 OK\r\nX: 1\r\n 2\r\nContent-Length: 0\r\n\r\n'],
    ['switches protocols unasked', 'HTTP/1.1 101 Go\r\n\r\n'],
  ])('upstream - a response that %s is a 502', async (_name, answer) => {
    const { proxy } = await raw((socket) => socket.write(answer));
    expect(statuses(await rawRequest(proxy.port, CLOSING))).toEqual([502]);
    expect(proxy.counters.totals(0).requests.upstream_error).toBe(1);
  });

  it('upstream - what follows a response is never the answer to another client', async () => {
    const { proxy, received } = await raw((socket, _text, connection) => {
      socket.write(connection === 0 ? `${OK}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil` : OK);
    });
    expect(await rawRequest(proxy.port, CLOSING)).toMatch(/ok$/);
    expect(await rawRequest(proxy.port, CLOSING)).toMatch(/ok$/);
    expect(received).toHaveLength(2);
  });

  it('upstream - what an idle connection says is never the answer to another client', async () => {
    const { proxy, sockets } = await raw((socket) => socket.write(OK));
    await rawRequest(proxy.port, CLOSING);
    sockets[0]!.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil');
    await new Promise((resolve) => sockets[0]!.once('close', resolve));
    expect(await rawRequest(proxy.port, CLOSING)).toMatch(/ok$/);
    expect(sockets).toHaveLength(2);
  });

  it('upstream - a response in the smallest pieces arrives whole', async () => {
    const answer =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n';
    const { proxy } = await raw((socket) => {
      socket.setNoDelay(true);
      let at = 0;
      const next = () => {
        if (at < answer.length) socket.write(answer[at++]!, () => setImmediate(next));
      };
      next();
    });
    const text = await rawRequest(proxy.port, CLOSING);
    expect(text.replace(/\r\n[0-9a-f]+\r\n/g, '').replace(/^[\s\S]*chunked\r\n/, '')).toContain(
      'abcde',
    );
  });

  it('upstream - informational responses end at the node', async () => {
    const { proxy } = await raw((socket) => {
      socket.write(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}`);
    });
    expect(statuses(await rawRequest(proxy.port, CLOSING))).toEqual([200]);
  });

  it('upstream - a chunked upload is framed anew, one that is known to its length', async () => {
    const { proxy, received } = await raw((socket, text) => {
      if (text.endsWith('0\r\n\r\n') || text.endsWith('small')) socket.write(OK);
    });
    const head =
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n';
    await rawRequest(proxy.port, `${head}5;ext\r\nsmall\r\n0\r\nX-Trailer: 1\r\n\r\n`);
    expect(received.join()).toMatch(/\r\nContent-Length: 5\r\n[\s\S]*\r\n\r\nsmall$/);
    const long = 'y'.repeat(20_000);
    await rawRequest(proxy.port, `${head}4e20\r\n${long}\r\n0\r\n\r\n`);
    const sent = received.join();
    expect(sent).toContain('\r\nTransfer-Encoding: chunked\r\n');
    expect(sent).not.toContain('X-Trailer');
    expect(sent.split('y')).toHaveLength(20_001);
  });

  it('upstream - a POST without a body says so', async () => {
    const { proxy, received } = await raw((socket) => socket.write(OK));
    await rawRequest(proxy.port, CLOSING.replace('GET', 'POST'));
    expect(received[0]).toContain('\r\nContent-Length: 0\r\n');
  });

  it('upstream - requests wait for a connection and get it in their turn', async () => {
    const pending: (() => void)[] = [];
    const { proxy, received, sockets } = await raw(
      (socket) => pending.push(() => socket.write(OK)),
      { proxy: { upstream_connections: 1 } },
    );
    const clients = ['/1', '/2', '/3'].map((path) => {
      const one = client(proxy.port);
      one.send(CLOSING.replace('/r', path));
      return one;
    });
    await until(() => proxy.counters.inFlight === 3 && pending.length === 1);
    // One that went away is passed over.
    clients[1]!.close();
    await until(() => proxy.counters.inFlight === 2);
    pending[0]!();
    expect(statuses(await clients[0]!.closed())).toEqual([200]);
    await until(() => pending.length === 2);
    pending[1]!();
    expect(statuses(await clients[2]!.closed())).toEqual([200]);
    expect(received[0]!.match(/^GET \S+/gm)).toEqual(['GET /1', 'GET /3']);
    expect(sockets).toHaveLength(1);
  });

  it('upstream - a request that waits too long for a connection is a 504', async () => {
    const { proxy } = await raw(() => {}, {
      proxy: { upstream_connections: 1, upstream_timeout_ms: 60 },
    });
    const [first, second] = [client(proxy.port), client(proxy.port)];
    first!.send(CLOSING);
    second!.send(CLOSING);
    expect(statuses(await second!.closed())).toEqual([504]);
    expect(statuses(await first!.closed())).toEqual([504]);
  });

  it('upstream - Connection: close is honoured', async () => {
    const { proxy, sockets } = await raw((socket) => {
      socket.end(OK.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
    });
    for (let i = 0; i < 3; i++) {
      expect(statuses(await rawRequest(proxy.port, CLOSING))).toEqual([200]);
    }
    expect(sockets).toHaveLength(3);
  });

  it('upstream - a POST whose connection broke is not sent twice', async () => {
    const { proxy, received } = await raw((socket) => socket.destroy());
    expect(statuses(await rawRequest(proxy.port, CLOSING.replace('GET', 'POST')))).toEqual([502]);
    expect(received).toHaveLength(1);
  });
});
