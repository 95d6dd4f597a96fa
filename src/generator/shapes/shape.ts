import type { TransformName } from './transform-text.ts';

/** Ways to look at a value before an expression is tried: chains of transforms. */
export const VIEWS = {
  plain: ['url_decode_uni', 'lowercase', 'compress_whitespace'],
  sql: ['url_decode_uni', 'replace_comments', 'lowercase', 'compress_whitespace'],
  markup: [
    'url_decode_uni',
    'html_entity_decode',
    'remove_nulls',
    'lowercase',
    'compress_whitespace',
  ],
  path: ['url_decode_uni', 'url_decode_uni', 'lowercase'],
  shell: ['url_decode_uni', 'lowercase'],
  command: ['url_decode_uni', 'cmd_line'],
} as const satisfies Record<string, readonly TransformName[]>;

export type View = keyof typeof VIEWS;

/** What the shapes of one kind of attack have in common; rules keep kinds apart. */
export type ShapeKind =
  | 'sql'
  | 'markup'
  | 'path'
  | 'shell'
  | 'code'
  | 'xml'
  | 'ldap'
  | 'nosql'
  | 'header'
  | 'fetch';

/**
 * A generalised form of text that attacks of one kind contain. The vocabulary knows members that are
 * interchangeable (`sleep`, `pg_sleep`, `waitfor`): a sample with one speaks for the others.
 */
export interface Shape {
  /** Unique, stable, e.g. `sql.union-select`. */
  readonly id: string;
  readonly kind: ShapeKind;
  /** What a person calls it, e.g. `UNION SELECT`. */
  readonly title: string;
  readonly view: View;
  readonly pattern: string;
}

/** How a kind is named in a sentence. */
export const KIND_TITLES: Readonly<Record<ShapeKind, string>> = {
  sql: 'SQL injection',
  markup: 'script injection',
  path: 'reading of files outside of the site',
  shell: 'shell commands',
  code: 'code or template injection',
  xml: 'XML entities',
  ldap: 'LDAP filters',
  nosql: 'NoSQL operators',
  header: 'header lines',
  fetch: 'requests to internal addresses',
};

type Row = readonly [id: string, title: string, pattern: string, view?: View];

/** Shapes of one kind, written as rows. */
export function shapesOf(kind: ShapeKind, view: View, rows: readonly Row[]): Shape[] {
  return rows.map(([id, title, pattern, own = view]) => ({
    id: `${kind}.${id}`,
    kind,
    title,
    view: own,
    pattern,
  }));
}
