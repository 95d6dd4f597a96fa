import { parentPort } from 'node:worker_threads';
import type { RecordedRequest } from '../../evaluation/recorded-request.ts';
import { type BenignPool, createBenignPool } from '../learn/benign-pool.ts';
import { learnRules } from '../learn/learn-rules.ts';
import type { LearnAnswer, LearnedRules, LearnJob, LearnRequest } from './learn-protocol.ts';

/** Entry of the learning thread. It holds the benign pool, so that a job brings only its samples. */
const requests: RecordedRequest[] = [];
let pool: BenignPool | null = null;

parentPort?.on('message', (request: LearnRequest) => {
  if (request.kind === 'pool') {
    for (const { place, request: benign } of request.changes) requests[place] = withBytes(benign);
    pool = null;
  } else {
    void answer(request.id, request.job);
  }
});

async function answer(id: number, job: LearnJob): Promise<void> {
  let reply: LearnAnswer;
  try {
    reply = { id, result: await learn(job) };
  } catch (error) {
    reply = { id, error: (error as Error).message };
  }
  parentPort?.postMessage(reply);
}

async function learn(job: LearnJob): Promise<LearnedRules> {
  pool ??= createBenignPool(requests);
  const { existing, seed, minSources, now } = job;
  const options = { pool, seed, existing, minSources, now, namePrefix: 'learned' };
  const found = await learnRules(job.samples.map(withBytes), options);
  return {
    candidates: found.candidates,
    rejected: found.rejected
      .slice(0, 20)
      .map(({ reason, what }) => `${reason}: ${what}`.slice(0, 200)),
    uncovered: found.uncovered.length,
  };
}

/** A body may arrive as a view of a larger buffer of another thread. */
function withBytes(recorded: RecordedRequest): RecordedRequest {
  const { body } = recorded.request;
  if (body === null) return recorded;
  return { ...recorded, request: { ...recorded.request, body: Uint8Array.from(body) } };
}
