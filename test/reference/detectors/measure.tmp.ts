import { readFileSync } from 'node:fs';
import { isSqli, SHAPES, sqlFingerprints } from './sql.ts';

const which = process.argv[2];
const show = process.argv[3];
const n = Number(process.argv[4] ?? 60);
const cats = new Map<string, [number, number]>();
let shown = 0;
const byShape = new Map<string, number>();
for (const line of readFileSync('/tmp/b3/det/values.jsonl', 'utf8').split('\n')) {
  if (!line) continue;
  const d = JSON.parse(line);
  if (d.label === 'attack' && d.cat !== which && !(which === 'sqli' && d.src.includes('csic')))
    continue;
  const vals = d.values.filter((v: string) => v.length < 20000);
  const hitv = vals.filter((v: string) => isSqli(v));
  const key = `${d.label} ${d.src} ${d.cat}`;
  const c = cats.get(key) ?? [0, 0];
  c[1]++;
  if (hitv.length) c[0]++;
  cats.set(key, c);
  if (d.label === 'benign')
    for (const v of hitv)
      for (const p of sqlFingerprints(v))
        for (const s of SHAPES)
          if (s.test.test(p)) byShape.set(s.shape, (byShape.get(s.shape) ?? 0) + 1);
  if (show && key.includes(show) && (d.label === 'attack') === !hitv.length && shown++ < n) {
    const v =
      d.label === 'attack'
        ? vals.filter((x: string) => !x.startsWith('Mozilla') && x !== '1').slice(0, 2)
        : hitv.slice(0, 1);
    console.log(
      JSON.stringify(v.map((x: string) => x.slice(0, 140))),
      v.map((x: string) => sqlFingerprints(x).join(' ')).join(' | '),
    );
  }
}
for (const [k, [a, b]] of [...cats].sort())
  console.log(k.padEnd(50), a, b, ((100 * a) / b).toFixed(2) + '%');
console.log([...byShape].sort((a, b) => b[1] - a[1]).slice(0, 20));
