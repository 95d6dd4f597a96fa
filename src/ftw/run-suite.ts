import type { TrafficEvent } from '../node/traffic/event-ring.ts';
import type { AnsweringOrigin } from './answering-origin.ts';
import type { FtwTest } from './ftw-test.ts';
import { type FtwVerdict, judgeTest, type Observed } from './judge-test.ts';
import type { LiveNode } from './live-node.ts';
import { logLine, ruleNumber } from './log-lines.ts';
import { requestBytes } from './request-bytes.ts';
import { type RawAnswer, sendRaw } from './send-raw.ts';

export interface FtwResult extends FtwVerdict {
  readonly test: FtwTest;
  readonly observed: Observed;
}

export interface SuiteParts {
  readonly node: LiveNode;
  readonly origin: AnsweringOrigin;
  /** Rule id → its message. */
  readonly messages: ReadonlyMap<string, string>;
}

/** Sends one test after the other, as they share the origin and the events of the node. */
export async function* runSuite(
  tests: readonly FtwTest[],
  parts: SuiteParts,
): AsyncGenerator<FtwResult> {
  await parts.node.takeEvents();
  for (const test of tests) {
    const observed = await observe(test, parts);
    yield { test, observed, ...judgeTest(test, observed) };
  }
}

async function observe(test: FtwTest, { node, origin, messages }: SuiteParts): Promise<Observed> {
  origin.answer(test.response);
  const served = origin.served;
  const answer = await sendRaw(node.port, requestBytes(test));
  const events = await node.takeEvents();
  const matches = events.flatMap((event) => event.matches);
  const ids = matches.map(({ rule }) => ruleNumber(rule)).filter((id) => id !== null);
  return {
    status: answer.status,
    refusal: refusalOf(answer, events, origin.served > served),
    ids: new Set(ids),
    logLines: events.flatMap(({ matches, score }) =>
      matches.map((match) => logLine(match, { score, message: messages.get(match.rule) ?? '' })),
    ),
  };
}

/** The node answered, and neither a rule nor the origin had to do with it. */
function refusalOf(
  { status, text }: RawAnswer,
  events: readonly TrafficEvent[],
  wasServed: boolean,
): string | null {
  if (wasServed || events.length > 0) return null;
  if (status === null) return 'no answer';
  const error = /"error":\s*"([^"]*)"/.exec(text)?.[1];
  return error === undefined ? String(status) : `${status} ${error}`;
}
