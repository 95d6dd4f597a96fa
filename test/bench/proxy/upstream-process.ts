import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The upstream where there is no nginx: answers everything with 512 bytes. Prints its port. */
const reply = Buffer.alloc(512, 'x');
const server = createServer((request, response) => {
  request.resume();
  response.end(reply);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
