import { Command } from 'commander';
import { VERSION } from '../config/package-version.ts';
import { approve } from './commands/approve.ts';
import { build } from './commands/build.ts';
import { candidates } from './commands/candidates.ts';
import { evaluation } from './commands/eval.ts';
import { explain } from './commands/explain.ts';
import { feedback } from './commands/feedback.ts';
import { ftw } from './commands/ftw.ts';
import { generator } from './commands/generator.ts';
import { importCrs } from './commands/import-crs.ts';
import { inspect } from './commands/inspect.ts';
import { kill } from './commands/kill.ts';
import { learn } from './commands/learn.ts';
import { modulesList } from './commands/modules-list.ts';
import { modulesRm } from './commands/modules-rm.ts';
import { node } from './commands/node.ts';
import { orchestrator } from './commands/orchestrator.ts';
import { reject } from './commands/reject.ts';
import { releases } from './commands/releases.ts';
import { rollback } from './commands/rollback.ts';
import { rulesAdd } from './commands/rules-add.ts';
import { rulesApprove } from './commands/rules-approve.ts';
import { rulesList } from './commands/rules-list.ts';
import { rulesRm } from './commands/rules-rm.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { sync } from './commands/sync.ts';
import { tuningAdd } from './commands/tuning-add.ts';
import { tuningList } from './commands/tuning-list.ts';
import { tuningRm } from './commands/tuning-rm.ts';
import { validate } from './commands/validate.ts';
import type { Terminal } from './terminal.ts';

/** Adds one command to its parent. */
export type CommandDefinition = (parent: Command, terminal: Terminal) => void;

const COMMANDS: readonly CommandDefinition[] = [
  start,
  orchestrator,
  node,
  generator,
  candidates,
  approve,
  reject,
  build,
  importCrs,
  evaluation,
  learn,
  explain,
  ftw,
  inspect,
  validate,
  status,
  releases,
  rollback,
  sync,
  kill,
  feedback,
];

const RULE_COMMANDS: readonly CommandDefinition[] = [rulesAdd, rulesList, rulesRm, rulesApprove];

const TUNING_COMMANDS: readonly CommandDefinition[] = [tuningList, tuningAdd, tuningRm];

const MODULE_COMMANDS: readonly CommandDefinition[] = [modulesList, modulesRm];

/** The command tree. It throws CommanderError where commander would end the process. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('secbeat')
    .description('Dynamic WAF rules, hot-swapped across a fleet without losing a request.')
    .version(VERSION)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    });
  for (const define of COMMANDS) define(program, terminal);
  const rules = program.command('rules').description('Add, list, remove and approve rules.');
  for (const define of RULE_COMMANDS) define(rules, terminal);
  const tuning = program
    .command('tuning')
    .description('List, add and remove exclusions and other tuning of rules.');
  for (const define of TUNING_COMMANDS) define(tuning, terminal);
  const modules = program.command('modules').description('List and remove modules of the fleet.');
  for (const define of MODULE_COMMANDS) define(modules, terminal);
  return program;
}
