import { readFileSync } from 'node:fs';
import { PROGRAM_FORMAT } from '../../../src/config/layout.gen.ts';
import { WafInstance } from '../../../src/engine/waf-instance.ts';
import { createWorkload } from '../workload/workload.ts';

/**
 * Prints how many bytes of resident memory outside of the JavaScript heap an instance of a compiled engine takes that has a program and
 * has judged traffic: the mean of several. Arguments: file of the engine, file of the program.
 */
const [engineFile, programFile] = process.argv.slice(2);
const SETTLING = 4;
const INSTANCES = 24;
const engine = new WebAssembly.Module(readFileSync(engineFile!));
const program = readFileSync(programFile!);
const requests = createWorkload(1, 500).map(({ request }) => request);

// The first instances bring in what all share: compiled code, and the heap of JavaScript at its size.
const kept = Array.from({ length: SETTLING }, judgeAll);
const before = residentBytes();
for (let i = 0; i < INSTANCES; i++) kept.push(judgeAll());
process.stdout.write(String(Math.max(0, residentBytes() - before) / INSTANCES));
for (const instance of kept) instance.inspect(requests[0]!);

function judgeAll(): WafInstance {
  const instance = WafInstance.instantiate(engine, { program_format: PROGRAM_FORMAT }, program);
  for (const request of requests) instance.inspect(request);
  return instance;
}

/** Without the heap of JavaScript, which shrinks and grows in steps of its own. */
function residentBytes(): number {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  const { rss, heapTotal } = process.memoryUsage();
  return rss - heapTotal;
}
