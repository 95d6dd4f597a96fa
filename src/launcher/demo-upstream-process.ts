import { createDemoUpstream } from './demo-upstream.ts';

/** Entry of the demo upstream's process: `node demo-upstream-process.js <port>`. */
const server = createDemoUpstream();
server.keepAliveTimeout = 75_000;
server.listen(Number(process.argv[2]), '127.0.0.1');
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
