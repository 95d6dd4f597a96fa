import { expect, test } from 'vitest';
import { compileTargets } from '../../../src/compiler/compile-targets.ts';
import { ProgramTables } from '../../../src/compiler/program-tables.ts';
import { SUPPORTED_TARGETS } from '../../../src/compiler/supported.ts';
import {
  KIND_NAMES,
  SELECTOR_IS_NAMED,
  SELECTOR_IS_PATTERN,
} from '../../../src/config/layout.gen.ts';
import { targetName } from '../../../src/engine/target-name.ts';
import { canonicalTargets, parseTarget, TARGETS } from '../../../src/rules/targets.ts';

/** Kind and name of the only selector that a target becomes; null when it is refused. */
function compiled(target: string): [kind: string, name: string] | null {
  let isRefused = false;
  const leaf = { target: [target], op: 'exists' } as const;
  const { selectors } = compileTargets(leaf, '', new ProgramTables(), () => {
    isRefused = true;
  });
  const [selector] = selectors;
  if (isRefused || selector === undefined) return null;
  expect((selector.flags & (SELECTOR_IS_NAMED | SELECTOR_IS_PATTERN)) !== 0).toBe(
    selector.name !== '',
  );
  return [KIND_NAMES.get(selector.kind)!, selector.name];
}

const CASES: readonly [target: string, kind: string, name: string][] = [
  ['request.line', 'request_line', ''],
  ['path.segments', 'path_segments', ''],
  ['path.basename', 'path_basename', ''],
  ['body.json.*', 'body_json', ''],
  ['body.json.names', 'body_json_names', ''],
  ['body.json./a/b~1c', 'body_json', '/a/b~1c'],
  ['body.json./', 'body_json', '/'],
  ['files.*', 'files', ''],
  ['files.names', 'files', ''],
  ['files.fields', 'files_names', ''],
  ['body.parts.headers.*', 'part_headers', ''],
  ['body.parts.headers.names', 'part_headers_names', ''],
  ['body.parts.headers[Content-Type]', 'part_headers', 'content-type'],
  ['body.xml.text', 'body_xml_text', ''],
  ['body.xml.attributes.*', 'body_xml_attributes', ''],
  ['body.xml.attributes.names', 'body_xml_attributes_names', ''],
  ['body.xml.attributes[Href]', 'body_xml_attributes', 'Href'],
  ['body.error', 'body_error', ''],
  ['args.combined_size', 'args_combined_size', ''],
  ['files.combined_size', 'files_combined_size', ''],
  ['response.status', 'response_status', ''],
  ['response.headers.*', 'response_headers', ''],
  ['response.headers.names', 'response_headers_names', ''],
  ['response.headers[Set-Cookie]', 'response_headers', 'set-cookie'],
  ['response.headers.names[ETag]', 'response_headers_names', 'etag'],
  ['response.headers[/^x-/]', 'response_headers', '^x-'],
  ['response.body', 'response_body', ''],
  ['tls.ja4', 'facts', 'tls.ja4'],
  ['ctx.country', 'facts', 'ctx.country'],
];

test.each(CASES)('%s - becomes a selector', (target, kind, name) => {
  expect(compiled(target)).toEqual([kind, name]);
});

test.each([
  'files[x]',
  'body.json.a',
  'tls.other',
  'ctx.',
  'facts.*',
  'body.parts.headers[]',
])('%s - is no target that the engine serves', (target) => {
  expect(compiled(target)).toBeNull();
});

test('counts - every case ran', () => {
  expect(CASES).toHaveLength(29);
});

test('language - every target of the request is served, and every served one is in the language', () => {
  const spelling = (name: string, isMember: boolean) => {
    if (!isMember) return name;
    return name === 'ctx' || name === 'score' ? `${name}.x` : `${name}[x]`;
  };
  const written = TARGETS.map(({ name, selector }) => spelling(name, selector === 'required'));
  // Members of a JSON body are pointers; a score is no value of the request.
  const others = ['body.json[x]', 'score.x'];
  expect(written.filter((target) => compiled(target) === null)).toEqual(others);
  const served = SUPPORTED_TARGETS.map((target) =>
    target.replace('[name]', '[x]').replace('[/pattern/]', '[/x/]'),
  );
  expect(served.filter((target) => parseTarget(target) === undefined)).toEqual([]);
});

test('explanations - name a target as a rule can write it', () => {
  for (const kind of KIND_NAMES.keys()) {
    const name = KIND_NAMES.get(kind) === 'facts' ? 'ctx.a' : '/a';
    const spelt = targetName(kind, name);
    if (KIND_NAMES.get(kind) !== 'facts_names')
      expect([spelt, compiled(spelt) !== null]).toEqual([spelt, true]);
  }
});

const SECLANG: readonly [variable: string, targets: string[]][] = [
  ['ARGS', ['query.*', 'body.form.*', 'body.json.*']],
  ['args_names', ['query.names', 'body.form.names', 'body.json.names']],
  ['ARGS:a/b', ['query[a/b]', 'body.form[a/b]', 'body.json./a~1b']],
  ['FILES', ['files.*']],
  ['FILES_NAMES', ['files.fields']],
  ['MULTIPART_PART_HEADERS', ['body.parts.headers.*']],
  ['MULTIPART_PART_HEADERS:Content-Type', ['body.parts.headers[content-type]']],
  ['XML', ['body.xml.text', 'body.xml.attributes.*']],
  ['XML:/*', ['body.xml.text']],
  ['XML://@*', ['body.xml.attributes.*']],
  ['REQUEST_LINE', ['request.line']],
  ['REQUEST_BASENAME', ['path.basename']],
  ['REQUEST_URI_RAW', ['uri']],
  ['REQBODY_ERROR', ['body.error']],
];

test.each(SECLANG)('%s - is understood', (variable, targets) => {
  expect(canonicalTargets(variable)).toEqual(targets);
  for (const target of targets) expect(parseTarget(target)?.text).toBe(target);
});

test('aliases - every case ran', () => {
  expect(SECLANG).toHaveLength(14);
});
