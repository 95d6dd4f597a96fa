import { readFileSync } from 'node:fs';
import { packagePath } from '../../../src/config/package-root.ts';

const { schemes, css } = JSON.parse(
  readFileSync(packagePath('schemas', 'detectors', 'html-names.json'), 'utf8'),
) as {
  readonly schemes: Readonly<Record<'script' | 'document', readonly string[]>>;
  readonly css: readonly string[];
};

const ENTITY = /&(?:#x0*([\da-f]{1,6});?|#0*(\d{1,7});?|(colon|tab|newline|lpar);?)/gi;
const NAMED: Readonly<Record<string, string>> = { colon: ':', tab: '\t', newline: '\n', lpar: '(' };

/** Whether a browser would run the URL. A text that is no attribute has to go on without a blank. */
export function runsAsUrl(text: string, isAttribute: boolean): boolean {
  const plain = compact(decode(text)).toLowerCase();
  if (schemes.script.some((scheme) => plain.startsWith(scheme))) {
    return isAttribute || goesOn(decode(text));
  }
  return isAttribute && schemes.document.some((scheme) => plain.startsWith(scheme));
}

function goesOn(text: string): boolean {
  return /^[^:]*:[^\0-\x20\x7f]/.test(text);
}

export function runsAsCss(text: string): boolean {
  const bare = decode(text).replace(/\/\*[\s\S]*?(?:\*\/|$)/g, '');
  const plain = compact(bare).replaceAll('\\', '').toLowerCase();
  return css.some((word) => plain.includes(word));
}

function compact(text: string): string {
  return text.replace(/[\0-\x20\x7f]/g, '');
}

/** Characters above 255 become 0xff: none of them matters. */
function decode(text: string): string {
  return text.replace(ENTITY, (_, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()]!;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return String.fromCharCode(Math.min(code, 255));
  });
}
