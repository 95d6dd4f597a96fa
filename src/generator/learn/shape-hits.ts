import type { Shape } from '../shapes/shape.ts';
import type { PreparedRequest } from './prepared-request.ts';

const compiled = new Map<string, RegExp>();

/** Whether a value of the request has the shape; remembered with the request. */
export function hasShape(request: PreparedRequest, shape: Shape): boolean {
  const known = request.answers.get(shape.id);
  if (known !== undefined) return known;
  const pattern = compiledPattern(shape.pattern);
  const found = request.texts(shape.view).some((text) => pattern.test(text));
  request.answers.set(shape.id, found);
  return found;
}

function compiledPattern(source: string): RegExp {
  let pattern = compiled.get(source);
  if (pattern === undefined) {
    pattern = new RegExp(source);
    compiled.set(source, pattern);
  }
  return pattern;
}
