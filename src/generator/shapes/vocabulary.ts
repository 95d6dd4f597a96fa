import { MARKUP_SHAPES } from './markup-shapes.ts';
import { OTHER_SHAPES } from './other-shapes.ts';
import { PATH_SHAPES } from './path-shapes.ts';
import type { Shape } from './shape.ts';
import { CODE_SHAPES, SHELL_SHAPES } from './shell-shapes.ts';
import { SQL_SHAPES } from './sql-shapes.ts';

/** Everything that is known of attacks beforehand: shapes only, nothing of it is a rule by itself. */
export const VOCABULARY: readonly Shape[] = [
  ...SQL_SHAPES,
  ...MARKUP_SHAPES,
  ...PATH_SHAPES,
  ...SHELL_SHAPES,
  ...CODE_SHAPES,
  ...OTHER_SHAPES,
];
