import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { LIMITS } from '../config/limits.ts';
import { ApiError } from './api-error.ts';

/** What a multipart form carried: its one file, and its text fields in whatever order they came. */
export interface Upload {
  readonly bytes: Uint8Array;
  readonly fields: Readonly<Record<string, string>>;
}

/** Limits of a form, given to @fastify/multipart; the file limit stands in for the body limit. */
export const UPLOAD_LIMITS = {
  fileSize: LIMITS.upload.max_bytes,
  files: 1,
  fields: 8,
  fieldSize: 1024,
  fieldNameSize: 64,
} as const;

const FIELD_NAMES: readonly string[] = ['name', 'target', 'order'];

/** Reads the form to its end. Throws ApiError when it lacks a file or has an unknown field. */
export async function readUpload(request: FastifyRequest): Promise<Upload> {
  const fields: Record<string, string> = {};
  let bytes: Uint8Array | undefined;
  for await (const part of request.parts()) {
    if (part.type === 'file') bytes = await readFile(part);
    else if (FIELD_NAMES.includes(part.fieldname)) fields[part.fieldname] = String(part.value);
    else throw unreadable(`unknown field "${part.fieldname}"`, KNOWN_FIELDS);
  }
  if (bytes === undefined) throw unreadable('the form has no file', ADD_A_FILE);
  if (bytes.length === 0) throw unreadable('the file is empty', ADD_A_FILE);
  return { bytes, fields };
}

const KNOWN_FIELDS = `The fields are file, ${FIELD_NAMES.join(', ')}.`;
const ADD_A_FILE = 'Add the module: curl -F file=@module.wasm …';

async function readFile(part: MultipartFile): Promise<Uint8Array> {
  if (part.fieldname === 'file') return part.toBuffer();
  part.file.resume();
  throw unreadable(
    `the file came as field "${part.fieldname}"`,
    'Name the field of the file "file".',
  );
}

function unreadable(message: string, hint: string): ApiError {
  return new ApiError(400, 'WAF_ERR_API_UPLOAD', message, hint);
}

/** The form's `order` as a number, when it was given. */
export function parseOrder(text: string | undefined): { order?: number } {
  if (text === undefined) return {};
  if (!/^\d{1,4}$/.test(text)) throw unreadable(`order "${text}" is not 0 to 9999`, KNOWN_FIELDS);
  return { order: Number(text) };
}
