import type { ReloadHint } from '../fleet.ts';
import { isDigest, isModuleName, isRevision } from './names.ts';
import { isObject, isText } from './shape.ts';

/** No message is longer than 64 MiB, the most a NATS server can be told to accept. */
const isBase64 = isText(64 * 1024 * 1024);

export const isReloadHint = isObject<ReloadHint>({
  deployment_id: isText(256),
  module_name: isModuleName,
  bytecode_base64: isBase64,
  config_json: isText(65_536),
  description: isText(8_192),
  timestamp: isText(64),
  revision: isRevision,
  digest: isDigest,
});
