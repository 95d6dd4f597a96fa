import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openRuleRun } from '../../../../src/generator/gate/rule-run.ts';
import { VIEWS } from '../../../../src/generator/shapes/shape.ts';
import { transformText } from '../../../../src/generator/shapes/transform-text.ts';
import { VOCABULARY } from '../../../../src/generator/shapes/vocabulary.ts';
import { encodeParameter } from '../../../../src/generator/values/percent-coding.ts';

const pieces = fc.constantFrom(
  ...['/*x*/', '/*', '*/', '%2e', '%u0041', '%uff0e', '+', '&lt;', '&#65', '&#x3c;', '&amp;'],
  ...[
    "'",
    '"',
    '\\',
    '^',
    ';',
    ',',
    ' (',
    ' /',
    '\t',
    '\n',
    '\xa0',
    '\0',
    'A',
    'z',
    '\xc0\xae',
    '%',
  ],
);

/** Whether the engine, too, has exactly this text after the transforms of the view. */
function engineAgrees(view: keyof typeof VIEWS, text: string): boolean {
  const value = transformText(text, VIEWS[view]);
  const pattern = [...value].map(
    (each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  const when = {
    ...{ target: ['query[q]'], transforms: VIEWS[view], op: 'regex' },
    value: `^${pattern.join('')}$`,
  };
  const opened = openRuleRun([{ id: 'same', action: 'block', when }]);
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics));
  const request = { method: 'GET', version: 'HTTP/1.1', sourceIp: '192.0.2.1', headers: [] };
  const uri = `/?q=${encodeParameter(text)}`;
  return opened.run.matching({ ...request, uri, body: null, now: 0 }).length === 1;
}

test('views - text is transformed as the engine does it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...(Object.keys(VIEWS) as (keyof typeof VIEWS)[])),
      fc.array(pieces, { minLength: 1, maxLength: 8 }),
      (view, parts) => {
        const text = parts.join('');
        // The engine has no value to compare where nothing is left.
        if (transformText(text, VIEWS[view]) === '') return;
        expect(engineAgrees(view, text), JSON.stringify([view, text])).toBe(true);
      },
    ),
    { numRuns: 150 },
  );
});

test('vocabulary - every shape has an id of its own, and the engine takes it', () => {
  expect(new Set(VOCABULARY.map(({ id }) => id)).size).toBe(VOCABULARY.length);
  const refused = VOCABULARY.filter(({ id, view, pattern }) => {
    const when = { target: ['query.*'], transforms: VIEWS[view], op: 'regex', value: pattern };
    return !openRuleRun([{ id, action: 'block', when }]).ok;
  });
  expect(refused.map(({ id }) => id)).toEqual([]);
  expect(VOCABULARY.length).toBeGreaterThan(100);
});
