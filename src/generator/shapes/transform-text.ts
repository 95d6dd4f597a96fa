/** The transforms that learned rules use, on text of one byte a character, as the engine does them. */
export const TRANSFORMS = {
  lowercase: (text) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  compress_whitespace: (text) => text.replace(/[ \t\n\v\f\r\xa0]+/g, ' '),
  replace_comments: (text) => text.replace(/\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)/g, ' '),
  remove_nulls: (text) => text.replaceAll('\0', ''),
  url_decode_uni: decodeUnicodePercent,
  html_entity_decode: decodeEntities,
  cmd_line: (text) =>
    text
      .replace(/[\\"'^]/g, '')
      .replace(/[ \t\n\r\v\f,;]+/g, ' ')
      .replace(/ ([/(])/g, '$1')
      .replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
} as const satisfies Record<string, (text: string) => string>;

export type TransformName = keyof typeof TRANSFORMS;

/** The text after these transforms, in order. */
export function transformText(text: string, transforms: readonly TransformName[]): string {
  return transforms.reduce((changed, name) => TRANSFORMS[name](changed), text);
}

function decodeUnicodePercent(text: string): string {
  if (!/[%+]/.test(text)) return text;
  return text.replace(/%u([0-9a-fA-F]{4})|%([0-9a-fA-F]{2})|\+/g, (_, unicode, byte) => {
    if (unicode !== undefined) return String.fromCharCode(lowByte(Number.parseInt(unicode, 16)));
    return byte === undefined ? ' ' : String.fromCharCode(Number.parseInt(byte, 16));
  });
}

/** Full-width forms become ASCII, everything else its low byte. */
function lowByte(code: number): number {
  return code >= 0xff01 && code <= 0xff5e ? code - 0xff01 + 0x21 : code & 0xff;
}

const ENTITIES: Readonly<Record<string, string>> = {
  quot: '"',
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: '\xa0',
};

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-f]+)|#([0-9]+)|(quot|amp|lt|gt|nbsp));?/gi,
    (_, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()]!;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return String.fromCharCode(code > Number.MAX_SAFE_INTEGER ? 0xff : code & 0xff);
    },
  );
}
