import type { Command } from 'commander';
import type { ArtifactDescription } from '../../artifact/describe-artifact.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { readInput } from '../read-input.ts';
import { reports } from '../report.ts';
import { renderTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly trust?: readonly string[];
}

/** `secbeat inspect FILE` */
export function inspect(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('inspect')
    .description('Show what a module is: manifest, rules, sizes and signature.')
    .argument('<file>', 'a .wasm file')
    .option('--trust <file...>', 'public keys (PEM) that are trusted');
  reports<Options, [string]>(command, terminal, async ({ trust = [] }, file) => {
    const { describeArtifact } = await import('../../artifact/describe-artifact.ts');
    const { loadTrustedKeys } = await import('../../artifact/signing-key.ts');
    const [bytes, keys] = await Promise.all([readInput(file), loadTrustedKeys(trust)]);
    const description = describeArtifact(bytes, keys);
    return {
      text: describe(description),
      json: description,
      exitCode: description.signature.state === 'invalid' ? EXIT_CODE.refused : EXIT_CODE.ok,
    };
  });
}

function describe({ rules, sections, ...artifact }: ArtifactDescription): string {
  const parts = [facts(artifact), renderTable(['section', 'bytes'], sections.map(sectionRow))];
  if (artifact.kind === 'secbeat') {
    const header = ['rule', 'mode', 'action', 'pattern'];
    const rows = rules.map(({ id, mode, action, pattern }) => {
      return [id, mode, Object.keys(action)[0] ?? '', pattern];
    });
    parts.push(rows.length === 0 ? 'no rules' : renderTable(header, rows));
  }
  return parts.join('\n\n');
}

function sectionRow({ name, size }: ArtifactDescription['sections'][number]): string[] {
  return [name, String(size)];
}

function facts(artifact: Omit<ArtifactDescription, 'rules' | 'sections'>): string {
  const { kind, digest, size, memory, signature, manifest } = artifact;
  const key = 'key_id' in signature ? ` (key ${signature.key_id})` : '';
  const lines: Record<string, string> = {
    kind: kind === 'secbeat' ? 'SecBeat artifact' : 'foreign module, runs metered',
    digest,
    size: `${size} bytes`,
    memory: `${memory.min} to ${memory.max ?? 'unlimited'} pages of 64 KiB`,
    signature: `${signature.state}${key}`,
    ...(manifest === null
      ? {}
      : {
          name: manifest.name,
          revision: `${manifest.revision} (${manifest.semver})`,
          created: manifest.created_at,
          engine: manifest.engine_digest,
          program: `${manifest.program_digest}, ${manifest.program_bytes} bytes, format ${manifest.program_format}`,
          content: manifest.content_digest,
          steps: `at most ${manifest.worst_case_steps}, budget ${manifest.max_steps}, then ${manifest.on_budget}`,
          thresholds: JSON.stringify(manifest.thresholds),
        }),
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name.padEnd(10)}  ${value}`)
    .join('\n');
}
