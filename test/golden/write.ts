/**
 * Writes the golden programs of the present format: `node --import tsx test/golden/write.ts`. To be run
 * once, when PROGRAM_FORMAT has been raised; what is in the folder of a format is not changed any more.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { PROGRAM_FORMAT } from '../../src/config/layout.gen.ts';
import { packagePath } from '../../src/config/package-root.ts';
import { programOf, RELEASE } from '../reference/engine.ts';
import { GOLDEN_CASES } from './cases.ts';
import { judgeAll } from './judge.ts';

const folder = packagePath('test', 'golden', `format-${PROGRAM_FORMAT}`);
mkdirSync(folder, { recursive: true });
for (const [name, { config, requests }] of Object.entries(GOLDEN_CASES)) {
  const { program } = programOf(config);
  const verdicts = judgeAll(RELEASE, program, requests);
  const lines = requests.map((request, i) => {
    return `${JSON.stringify({ request, verdict: verdicts[i] })}\n`;
  });
  writeFileSync(`${folder}/${name}.bin`, program);
  writeFileSync(`${folder}/${name}.ndjson`, lines.join(''));
  console.log(`${folder}/${name}.bin  ${program.length} bytes, ${lines.length} requests`);
}
