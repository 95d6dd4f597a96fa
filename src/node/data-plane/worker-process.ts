import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { entryPoint } from '../../config/entry-point.ts';
import { NodeError } from '../node-error.ts';
import { IpcChannel, type IpcHandlers } from './ipc-channel.ts';

/** One worker process and the channel to it. */
export interface WorkerProcess {
  readonly channel: IpcChannel;
  readonly pid: number;
  /** The worker listens; what is sent to it before may be lost. Rejects when it never comes so far. */
  readonly ready: Promise<void>;
  readonly exited: Promise<void>;
  kill(): void;
}

/** Starts a worker. Everything asked of it rejects with WAF_ERR_NODE_WORKER_LOST once it is gone. */
export function forkWorker(handlers: IpcHandlers): WorkerProcess {
  const { url, execArgv } = entryPoint(import.meta.url, './worker');
  cluster.setupPrimary({ exec: fileURLToPath(url), execArgv, args: [] });
  const worker: Worker = cluster.fork();
  let becomeReady: () => void = () => {};
  const channel = new IpcChannel(
    {
      send: (message) => void worker.send(message),
      onMessage: (listener) => worker.on('message', listener),
    },
    { ...handlers, ready: () => becomeReady() },
  );
  const lost = (how: string) =>
    new NodeError('WAF_ERR_NODE_WORKER_LOST', `data-plane worker ended (${how})`);
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', (code, signal) => {
      channel.fail(lost(signal ?? `exit code ${code}`));
      resolve();
    });
  });
  const ready = new Promise<void>((resolve, reject) => {
    becomeReady = resolve;
    void exited.then(() => reject(lost('before it was ready')));
  });
  ready.catch(() => {});
  // Writing to a dead worker is an event, not a throw; its exit tells the rest.
  worker.on('error', () => {});
  const { process } = worker;
  return { channel, pid: process.pid ?? 0, ready, exited, kill: () => process.kill('SIGKILL') };
}
