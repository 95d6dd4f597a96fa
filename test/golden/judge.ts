import { LOAD_OK } from '../../src/config/layout.gen.ts';
import type { Match } from '../../src/engine/verdict.ts';
import { RawEngine } from '../reference/engine.ts';

/** What engines of one program format agree on about a request; steps may differ between versions. */
export type GoldenVerdict = Readonly<Record<string, unknown>>;

/** What a match shows of the value is no part of the format. */
function withoutExcerpt({ excerpt: _, transforms: __, ...match }: Match): Partial<Match> {
  return match;
}

/** Puts requests to the engine of this package. Throws when it refuses the program. */
export function judgeAll(
  module: WebAssembly.Module,
  program: Uint8Array,
  requests: readonly unknown[],
): readonly GoldenVerdict[] {
  const engine = new RawEngine(module, program);
  const code = engine.loadProgram();
  if (code !== LOAD_OK) throw new Error(`the engine refuses the program: ${code}`);
  return requests.map((request) => {
    const action = engine.inspectJson(request);
    const { steps: _, matches, ...explanation } = engine.explain();
    return { ...explanation, matches: matches.map(withoutExcerpt), action };
  });
}
