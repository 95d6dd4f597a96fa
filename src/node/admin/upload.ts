import type { FastifyRequest } from 'fastify';
import { LIMITS } from '../../config/limits.ts';
import { AdminError } from './admin-error.ts';

/** Limits of a form, for @fastify/multipart. */
export const UPLOAD_LIMITS = {
  fileSize: LIMITS.upload.max_bytes,
  files: 1,
  fields: 4,
  fieldSize: 1024,
  fieldNameSize: 64,
} as const;

const HINT = 'Send it as: curl -F name=my-module -F file=@module.wasm …';

/** The one file of a form and its optional `name`, in whatever order they came. */
export async function readUpload(
  request: FastifyRequest,
): Promise<{ readonly bytes: Uint8Array; readonly name: string | null }> {
  if (!request.isMultipart()) throw refused(415, 'the request is not a multipart form');
  let bytes: Uint8Array | null = null;
  let name: string | null = null;
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      const content = await part.toBuffer();
      if (part.fieldname !== 'file') {
        throw refused(400, `the file came as field "${part.fieldname}", not "file"`);
      }
      bytes = content;
    } else if (part.fieldname === 'name') name = String(part.value).trim() || null;
    else throw refused(400, `unknown field "${part.fieldname}"`);
  }
  if (bytes === null) throw refused(400, 'the form has no file');
  if (bytes.length === 0) throw refused(400, 'the file is empty');
  return { bytes, name };
}

function refused(status: number, message: string): AdminError {
  return new AdminError(status, 'WAF_ERR_NODE_UPLOAD', message, HINT);
}
