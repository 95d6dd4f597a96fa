import { readArtifact } from '../artifact/read-artifact.ts';
import type { Settings } from '../config/settings.ts';
import type { Logger } from '../telemetry/logger.ts';
import { startAnsweringOrigin } from './answering-origin.ts';
import type { FtwTest } from './ftw-test.ts';
import { startLiveNode } from './live-node.ts';
import { type FtwResult, runSuite } from './run-suite.ts';

export interface FtwRun {
  readonly tests: readonly FtwTest[];
  /** What the node runs. */
  readonly artifact: Uint8Array;
  readonly settings: Pick<Settings, 'node' | 'waf'>;
  readonly log: Logger;
  onResult(result: FtwResult): void;
}

/** Sends every test through a node that runs the artifact. Node and origin end with it. */
export async function runFtw({ tests, artifact, settings, log, onResult }: FtwRun) {
  const parsed = readArtifact(artifact);
  const rules = parsed.kind === 'secbeat' ? parsed.manifest.rules : [];
  const messages = new Map(rules.map(({ id, title = '' }) => [id, title]));
  const origin = await startAnsweringOrigin();
  try {
    const node = await startLiveNode(artifact, origin.url, settings, log);
    try {
      const results: FtwResult[] = [];
      for await (const result of runSuite(tests, { node, origin, messages })) {
        results.push(result);
        onResult(result);
      }
      return results;
    } finally {
      await node.close();
    }
  } finally {
    await origin.close();
  }
}
