import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { entryPoint } from '../../config/entry-point.ts';
import { NodeError } from '../node-error.ts';
import { IpcChannel, type IpcHandlers } from './ipc-channel.ts';

/** One worker process and the channel to it. */
export interface WorkerProcess {
  readonly channel: IpcChannel;
  readonly pid: number;
  readonly exited: Promise<void>;
  kill(): void;
}

/** Starts a worker. Everything asked of it rejects with WAF_ERR_NODE_WORKER_LOST once it is gone. */
export function forkWorker(handlers: IpcHandlers): WorkerProcess {
  const { url, execArgv } = entryPoint(import.meta.url, './worker');
  cluster.setupPrimary({ exec: fileURLToPath(url), execArgv, args: [] });
  const worker: Worker = cluster.fork();
  const channel = new IpcChannel(
    {
      send: (message) => void worker.send(message),
      onMessage: (listener) => worker.on('message', listener),
    },
    handlers,
  );
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', (code, signal) => {
      const message = `data-plane worker ended (${signal ?? `exit code ${code}`})`;
      channel.fail(new NodeError('WAF_ERR_NODE_WORKER_LOST', message));
      resolve();
    });
  });
  // Writing to a dead worker is an event, not a throw; its exit tells the rest.
  worker.on('error', () => {});
  return { channel, pid: worker.process.pid ?? 0, exited, kill: () => worker.kill('SIGKILL') };
}
