import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
export function validate(parent: Command, _terminal: Terminal): void { parent.command('validate'); }
