import { splitRequest } from '../values/split-request.ts';
import { BYTE_CLASS_COUNT, countByteClasses } from './byte-classes.ts';
import type { RequestOddity } from './normal-traffic.ts';
import type { Observation } from './observation.ts';
import type { SourceSummary } from './source-behaviour.ts';

/** A request as numbers, for detectors that know no parameters. */
export function requestFeatures(
  observation: Observation,
  oddity: RequestOddity,
  source: SourceSummary,
): Float64Array {
  const { request } = observation.recorded;
  const values = splitRequest(request).filter(({ target }) => target !== 'headers.*');
  const longest = values.reduce((most, { text }) => Math.max(most, text.length), 0);
  const all = values.map(({ text }) => text.slice(0, 4_096)).join('');
  const counts = countByteClasses(all);
  const features = new Float64Array(9 + BYTE_CLASS_COUNT);
  features.set([
    Math.log2(longest + 1),
    Math.log2(all.length + 1),
    values.length,
    oddity.surprise,
    oddity.unknownNames.length,
    entropy(all),
    Math.log2(source.requests + 1),
    source.errorRatio,
    Math.log2(source.uris + 1),
  ]);
  for (let each = 0; each < BYTE_CLASS_COUNT; each++) {
    features[9 + each] = counts[each]! / Math.max(1, all.length);
  }
  return features;
}

/** Bits per byte. */
function entropy(text: string): number {
  const counts = new Uint32Array(256);
  for (let at = 0; at < text.length; at++) counts[text.charCodeAt(at) & 0xff]!++;
  let bits = 0;
  for (const count of counts) {
    if (count > 0) bits -= (count / text.length) * Math.log2(count / text.length);
  }
  return bits;
}
