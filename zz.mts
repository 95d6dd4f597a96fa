import { readRules } from './src/rules/read-rules.ts';
const r = readRules(process.argv[2]!, {now: 0, origin:'entry'});
console.log(JSON.stringify(r.rules.map(x=>x.rule),null,1), r.diagnostics);
