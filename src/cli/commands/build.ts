import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
export function build(parent: Command, _terminal: Terminal): void { parent.command('build'); }
