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

/**
 * The one file of a form. `named` is told its optional `name`, wherever in the form it stands, also when
 * the form is refused.
 */
export async function readUpload(
  request: FastifyRequest,
  named: (name: string) => void,
): Promise<Uint8Array> {
  if (!request.isMultipart()) throw refused(415, 'the request is not a multipart form');
  let bytes: Uint8Array | null = null;
  let fault: AdminError | null = null;
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      const content = await part.toBuffer();
      if (part.fieldname !== 'file') {
        fault ??= refused(400, `the file came as field "${part.fieldname}", not "file"`);
      }
      bytes = content;
    } else if (part.fieldname === 'name') {
      const name = String(part.value).trim();
      if (name !== '') named(name);
    } else fault ??= refused(400, `unknown field "${part.fieldname}"`);
  }
  if (fault !== null) throw fault;
  if (bytes === null) throw refused(400, 'the form has no file');
  if (bytes.length === 0) throw refused(400, 'the file is empty');
  return bytes;
}

function refused(status: number, message: string): AdminError {
  return new AdminError(status, 'WAF_ERR_NODE_UPLOAD', message, HINT);
}
