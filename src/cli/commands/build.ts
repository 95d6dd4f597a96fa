import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { loadSigningKey } from '../../artifact/signing-key.ts';
import { loadSettings } from '../../config/load-settings.ts';
import { buildUniversalWaf } from '../../pipeline/build-universal-waf.ts';
import { createRuleTrial } from '../../pipeline/rule-trial.ts';
import { checkWafConfig } from '../check-text.ts';
import { CliFailure } from '../cli-failure.ts';
import { diagnosticText } from '../diagnostics-text.ts';
import { readEngine } from '../engine.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { readInput } from '../read-input.ts';
import { reports } from '../report.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly config: string;
  readonly out: string;
  readonly key?: string;
  readonly semver: string;
}

/** `secbeat build`: same input, same bytes. */
export function build(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('build')
    .description('Build the self-contained universal-waf.wasm from a waf-config.')
    .option('--config <file>', 'merged rules', 'waf-config.json')
    .option('--out <file>', 'what to write', 'universal-waf.wasm')
    .option('--key <file>', 'sign with this private key (PEM); absent: not signed')
    .option('--semver <version>', 'version in the manifest', parseSemver, '0.0.0');
  reports<Options>(command, terminal, async ({ config: file, out, key, semver }) => {
    const engine = await readEngine();
    const config = await readConfig(file, engine, terminal);
    const built = buildUniversalWaf({
      config,
      revision: 'v0',
      semver,
      createdAt: createdAt(terminal.env),
      engine,
      ...(key === undefined ? {} : { signingKey: await loadSigningKey(key) }),
    });
    if (!built.ok) throw refused(file, built.diagnostics);
    await writeFile(out, built.bytes);
    const { digest, manifest, bytes } = built;
    const { rules, worst_case_steps: steps } = manifest;
    return {
      text: `${out}: ${rules.length} rules, ${bytes.length} bytes, at most ${steps} steps, ${key === undefined ? 'not signed' : 'signed'}\n${digest}`,
      json: { out, digest, size: bytes.length, signed: key !== undefined, manifest },
    };
  });
}

async function readConfig(file: string, engine: Uint8Array, terminal: Terminal) {
  const text = (await readInput(file)).toString('utf8');
  const { thresholds, on_budget, max_steps } = loadSettings({ env: terminal.env }).waf;
  const { config, diagnostics } = checkWafConfig(text, {
    file,
    defaults: { thresholds, on_budget, max_steps },
    trial: createRuleTrial(engine),
    now: Date.now(),
  });
  if (config === null) throw refused(file, diagnostics);
  for (const warning of diagnostics) terminal.err(diagnosticText(warning, file, terminal));
  return config;
}

function refused(file: string, diagnostics: CliFailure['diagnostics']): CliFailure {
  const named = diagnostics.map((each) => ({ file, ...each }));
  return new CliFailure(EXIT_CODE.refused, `${file} cannot be built`, { diagnostics: named });
}

/** A build reads no clock: the time is SOURCE_DATE_EPOCH (seconds), as reproducible builds have it. */
function createdAt(env: NodeJS.ProcessEnv): string {
  const seconds = Number(env.SOURCE_DATE_EPOCH ?? 0);
  if (Number.isSafeInteger(seconds) && seconds >= 0) return new Date(seconds * 1000).toISOString();
  throw new CliFailure(EXIT_CODE.usage, 'SOURCE_DATE_EPOCH is not a number of seconds');
}

function parseSemver(text: string): string {
  if (/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(text)) return text;
  throw new InvalidArgumentError('It is a version such as 1.2.3.');
}
