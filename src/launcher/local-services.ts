import { fileURLToPath } from 'node:url';
import { entryPoint } from '../config/entry-point.ts';
import type { ConsoleOutput } from './console-output.ts';
import {
  generatorEnvironment,
  type LocalFleet,
  nodeEnvironment,
  orchestratorEnvironment,
} from './local-environment.ts';
import { startProgram } from './start-program.ts';
import type { Service } from './supervise.ts';

/** Where and with what our own programs run. */
export interface ProgramSurroundings {
  /** Working directory. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly output: ConsoleOutput;
}

export function orchestratorService(around: ProgramSurroundings, fleet: LocalFleet): Service {
  return programService(around, {
    name: 'orchestrator',
    entry: '../cli/main',
    args: ['orchestrator'],
    env: orchestratorEnvironment(around.env, fleet),
    readyPort: fleet.ports.orchestrator,
  });
}

export function generatorService(around: ProgramSurroundings, fleet: LocalFleet): Service {
  return programService(around, {
    name: 'generator',
    entry: '../cli/main',
    args: ['generator'],
    env: generatorEnvironment(around.env, fleet),
    readyPort: fleet.ports.generator,
  });
}

export function nodeServices(around: ProgramSurroundings, fleet: LocalFleet): Service[] {
  return fleet.ports.nodes.map(({ admin }, index) =>
    programService(around, {
      name: `node-${index + 1}`,
      entry: '../cli/main',
      args: ['node'],
      env: nodeEnvironment(around.env, fleet, index),
      readyPort: admin,
    }),
  );
}

export function upstreamService(around: ProgramSurroundings, port: number): Service {
  return programService(around, {
    name: 'upstream',
    entry: './demo-upstream-process',
    args: [String(port)],
    env: around.env,
    readyPort: port,
  });
}

interface Program {
  readonly name: string;
  /** Script beside this one, without extension. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Port on which `/ready` answers 200 when it is. */
  readonly readyPort: number;
}

function programService({ folder, output }: ProgramSurroundings, program: Program): Service {
  const { name, args, env } = program;
  const { url, execArgv } = entryPoint(import.meta.url, program.entry);
  const start = {
    name,
    env,
    cwd: folder,
    args: [...execArgv, fileURLToPath(url), ...args],
    readyUrl: `http://127.0.0.1:${program.readyPort}/ready`,
    onLine: (line: string) => output.printLine(name, line),
  };
  return { name, start: (signal) => startProgram(start, signal) };
}
