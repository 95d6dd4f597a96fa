import { readFileSync } from 'node:fs';
import { packagePath } from '../../../src/config/package-root.ts';
import { runsAsCss, runsAsUrl } from './url.ts';

const { lists } = JSON.parse(
  readFileSync(packagePath('schemas', 'detectors', 'html-names.json'), 'utf8'),
) as { readonly lists: Readonly<Record<string, readonly string[]>> };

/** Whether a text would run script in the page that it is put into: the obvious form of `is_xss`. */
export function isXss(text: string): boolean {
  const quoted = [`'`, '"', '`'].filter((quote) => text.includes(quote));
  return (
    readData(text) ||
    readAttributes(text, false) ||
    quoted.some((quote) => readAttributes(text.slice(text.indexOf(quote) + 1), false)) ||
    runsAsUrl(text, false)
  );
}

function readData(text: string): boolean {
  const at = text.indexOf('<');
  return at !== -1 && readTag(text.slice(at + 1));
}

/** What follows `<`. */
function readTag(markup: string): boolean {
  const text = markup.replace(/^\0+/, '');
  if (text.startsWith('!--')) return readComment(text);
  if (/^!(?:entity|\[if)|^\?(?:import|xml-stylesheet)/i.test(text)) return true;
  const [whole, slash = '', name = ''] = /^(\/?)\0*([a-z](?:\0|[^\0-\x20/><])*)/i.exec(text) ?? [];
  if (whole === undefined) return readData(text);
  const rest = text.slice(whole.length);
  const local = localName(name);
  if (isIn('tag', local)) return true;
  const hasAttributes = slash === '' && /^[\0-\x20/]+[^\0-\x20/>]/.test(rest);
  if (hasAttributes && isIn('tag_with_attributes', local)) return true;
  return readAttributes(rest, true);
}

function readComment(text: string): boolean {
  if (/^!--[\0-\x20]*\[if/i.test(text)) return true;
  const ends = [text.indexOf('-->', 1), text.indexOf('--!>', 3)].filter((at) => at !== -1);
  return ends.length > 0 && readData(text.slice(Math.min(...ends) + 3));
}

/** Attributes up to the end of a tag, and what comes behind it. */
function readAttributes(text: string, isInTag: boolean): boolean {
  const rest = text.replace(/^[\0-\x20/]+/, '');
  if (rest === '') return false;
  if (rest.startsWith('>')) return readData(rest.slice(1));
  if (rest.startsWith('<')) return readTag(rest.slice(1));
  const [whole, name = '', , first, second, third, bare] =
    /^([\s\S](?:\0|[^\0-\x20/>=])*)(?:[\0-\x20]*=[\0-\x20]*('([^']*)'?|"([^"]*)"?|`([^`]*)`?|([^\0-\x20>]*)))?/.exec(
      rest,
    )!;
  const value = first ?? second ?? third ?? bare ?? '';
  if (value !== '' && runs(name, value, isInTag)) return true;
  return readAttributes(rest.slice(whole.length), isInTag);
}

/** Only within a tag any name that begins with `on` is taken for an event. */
function runs(written: string, value: string, isInTag: boolean): boolean {
  const name = localName(written);
  if (isIn('event', name) || isIn('danger', name)) return true;
  if (isInTag && /^on[a-z]{3,40}$/i.test(name) && !isIn('harmless', name)) return true;
  if (isIn('url', name)) return runsAsUrl(value, true);
  return isIn('style', name) && runsAsCss(value);
}

/** Without its prefix, and without the zeros that old browsers ignore. */
function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1).replaceAll('\0', '');
}

function isIn(list: string, name: string): boolean {
  return lists[list]!.includes(name.toLowerCase());
}
