import { parseRequest } from '../../workload/parsed-request.ts';
import type { LabelledRequest } from '../../workload/workload.ts';
import { loadPeer } from './install-packages.ts';

interface Result {
  /** What was detected. Rules that only annotate a trace have the status `match` too, and no event. */
  readonly events?: readonly unknown[];
}
interface Context {
  run(payload: { readonly persistent: object }, timeoutMicroseconds: number): Result;
  dispose(): void;
}
export interface LibddwafInstance {
  readonly diagnostics: { readonly rules?: { readonly loaded?: readonly string[] } };
  createContext(): Context;
  createOrUpdateConfig(rules: object, path: string): boolean;
  dispose(): void;
}
interface Binding {
  readonly DDWAF: new (rules: object, path: string) => LibddwafInstance;
}

const LONG_ENOUGH = 10_000_000;

/** A rule set in libddwaf. */
export interface Libddwaf {
  readonly instance: LibddwafInstance;
  /** Payloads are built before the clock starts, in this peer's favour: it does not split requests. */
  prepare(requests: readonly LabelledRequest[]): readonly object[];
  /** A new context, one run, and its disposal. */
  matches(payload: object): boolean;
}

/** With the recommended rules of the vendor (200 rules, version 1.18.0), or with `rules`. */
export async function startLibddwaf(rules?: object): Promise<Libddwaf | null> {
  const binding = await loadPeer<Binding>('@datadog/native-appsec');
  const wanted =
    rules ??
    (await loadPeer<object>('dd-trace', 'dd-trace/packages/dd-trace/src/appsec/recommended.json'));
  if (binding === null || wanted === null) return null;
  const instance = new binding.DDWAF(wanted, 'bench');
  return {
    instance,
    prepare: (requests) => requests.map(({ request }) => ({ persistent: parseRequest(request) })),
    matches(payload) {
      const context = instance.createContext();
      const { events = [] } = context.run(payload as { persistent: object }, LONG_ENOUGH);
      context.dispose();
      return events.length > 0;
    },
  };
}

/** One rule for each word, for comparing a change of rules: same words as ours, same places. */
export function libddwafLiteralRules(words: readonly string[]): object {
  const inputs = [
    'server.request.uri.raw',
    'server.request.headers.no_cookies',
    'server.request.body',
  ];
  return {
    version: '2.2',
    metadata: { rules_version: '1.0.0' },
    rules: words.map((word, index) => ({
      id: `synthetic-${index}`,
      name: `synthetic ${index}`,
      tags: { type: 'synthetic', category: 'attack_attempt' },
      conditions: [
        {
          operator: 'phrase_match',
          parameters: { inputs: inputs.map((address) => ({ address })), list: [word] },
        },
      ],
      transformers: ['lowercase'],
    })),
  };
}
