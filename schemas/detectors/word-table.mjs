/** A hash table of words for the engine; assembly/detectors/word-table.ts reads it. */

const MOST_BYTES = 63;

/** `words`: {word, kind}; of equal words the first comes first. */
export function wordTable(words) {
  const buckets = 2 ** Math.ceil(Math.log2(words.length));
  const lists = Array.from({ length: buckets }, () => []);
  for (const { word, kind } of words) {
    if (!/^[!-@[-~]+$/.test(word) || word.length > MOST_BYTES) throw new Error(`bad word ${word}`);
    lists[hash(word) & (buckets - 1)].push(word.length, kind, ...Buffer.from(word));
  }
  const starts = [0];
  for (const list of lists) starts.push(starts.at(-1) + list.length);
  const longest = Math.max(...words.map(({ word }) => word.length));
  return { buckets, starts, entries: lists.flat(), longest };
}

/** As in assembly/detectors/word-table.ts. */
function hash(word) {
  let sum = 0;
  for (const byte of Buffer.from(word)) sum = (Math.imul(sum, 31) + byte) >>> 0;
  return (sum ^ (sum >>> 15)) >>> 0;
}
