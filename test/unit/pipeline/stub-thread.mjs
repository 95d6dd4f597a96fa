import { parentPort } from 'node:worker_threads';

/** Answers, throws, hangs or dies, as the revision of the job says. */
parentPort.on('message', ({ id, kind, job }) => {
  if (kind === 'check') return parentPort.postMessage({ id, result: [] });
  if (job.revision === 'die') return process.exit(3);
  if (job.revision === 'throw') throw new Error('a bug');
  if (job.revision === 'hang') for (;;);
  if (job.revision === 'error') {
    return parentPort.postMessage({ id, error: { message: 'out of luck', code: 'WAF_ERR_X' } });
  }
  return parentPort.postMessage({ id, result: { ok: false, diagnostics: [job.revision] } });
});
