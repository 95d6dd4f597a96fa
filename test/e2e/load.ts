import { Agent, request } from 'node:http';

/** One answered (or failed) request of the load. */
export interface Sample {
  readonly status: number;
  /** Revision of universal-waf that judged it, from the node's revision header; '' when there was none. */
  readonly revision: string;
  readonly path: string;
  readonly node: number;
  /** Code of a socket error (`ECONNRESET` …), '' when the request was answered. */
  readonly failure: string;
}

export interface Load {
  /** Stops after the requests under way are answered. */
  stop(): Promise<void>;
  readonly counts: { sent: number; answered: number; failed: number };
}

interface LoadOptions {
  /** Base URLs of the data planes. */
  readonly targets: readonly string[];
  /** Keep-alive connections per target, each with one request under way at a time. */
  readonly connections: number;
  readonly revisionHeader: string;
  readonly nextPath: () => string;
  readonly onSample: (sample: Sample) => void;
}

/**
 * Closed-loop keep-alive load: every connection sends the next request as soon as the last one is
 * answered. A reset, refused or broken connection is a failure: nothing is retried.
 */
export function startLoad(options: LoadOptions): Load {
  const counts = { sent: 0, answered: 0, failed: 0 };
  let stopping = false;
  const loops = options.targets.flatMap((target, node) =>
    Array.from({ length: options.connections }, () => runConnection(target, node)),
  );

  async function runConnection(target: string, node: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!stopping) {
      counts.sent++;
      const sample = await send(agent, target, node, options);
      if (sample.failure === '') counts.answered++;
      else counts.failed++;
      options.onSample(sample);
    }
    agent.destroy();
  }

  return {
    counts,
    async stop() {
      stopping = true;
      await Promise.all(loops);
    },
  };
}

function send(agent: Agent, target: string, node: number, options: LoadOptions): Promise<Sample> {
  const path = options.nextPath();
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) =>
      resolve({ status: 0, revision: '', path, node, failure: error.code ?? error.message });
    const outgoing = request(`${target}${path}`, { agent }, (response) => {
      response.on('error', failed);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          revision: String(response.headers[options.revisionHeader] ?? '').split(',')[0]!,
          path,
          node,
          failure: '',
        }),
      );
      response.resume();
    });
    outgoing.on('error', failed);
    outgoing.end();
  });
}
