import { createServer, type Server } from 'node:http';

const SHOWN_BODY_BYTES = 4096;

/**
 * The application behind the demo nodes: answers every request with what arrived, as JSON
 * `{path, method, headers, body_bytes, body}`. `body` holds the first 4 KiB.
 */
export function createDemoUpstream(): Server {
  return createServer((request, response) => {
    const shown: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      if (bytes < SHOWN_BODY_BYTES) shown.push(chunk.subarray(0, SHOWN_BODY_BYTES - bytes));
      bytes += chunk.length;
    });
    request.on('error', () => response.destroy());
    request.on('end', () => {
      const { url: path, method, headers } = request;
      const body = Buffer.concat(shown).toString();
      response.setHeader('content-type', 'application/json');
      response.end(`${JSON.stringify({ path, method, headers, body_bytes: bytes, body })}\n`);
    });
  });
}
