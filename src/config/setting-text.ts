import type { SchemaNode } from './settings-schema.ts';

/**
 * Reads the text of an environment variable as the type of its setting: numbers and booleans by
 * their usual spelling, lists as JSON or separated by commas, tables as JSON. Text that does not fit
 * is returned as it is, and validation then names the type that was expected.
 */
export function readSettingText(text: string, schema: SchemaNode | undefined): unknown {
  switch (schema?.type) {
    case 'integer':
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'array':
      return text.trimStart().startsWith('[') ? parseJson(text) : splitList(text);
    case 'object':
      return parseJson(text);
    default:
      return text;
  }
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
