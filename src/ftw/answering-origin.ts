import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FtwResponse } from './ftw-test.ts';

/** The server behind the node. It answers what the test of the moment asks. */
export interface AnsweringOrigin {
  readonly url: string;
  /** Requests that have come through. */
  readonly served: number;
  answer(response: FtwResponse | null): void;
  close(): Promise<void>;
}

const PLAIN: FtwResponse = {
  status: 200,
  headers: [['Content-Type', 'text/plain']],
  body: Buffer.from('OK\n'),
};

export async function startAnsweringOrigin(): Promise<AnsweringOrigin> {
  let current = PLAIN;
  let served = 0;
  const server = createServer((request, response) => {
    served += 1;
    const { status, headers, body } = current;
    request.resume();
    // The whole request is read first, so that the connection to the node can be used again.
    request.on('end', () => {
      response.statusCode = status;
      for (const [name, value] of withType(headers)) response.appendHeader(name, value);
      response.end(body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get served() {
      return served;
    },
    answer(response) {
      current = response ?? PLAIN;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Only bodies of a known type are inspected. */
function withType(headers: FtwResponse['headers']): FtwResponse['headers'] {
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return hasType ? headers : [...headers, ['Content-Type', 'text/plain']];
}
