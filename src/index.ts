/** The package door: a rule set that judges requests in a Node process. Described in docs/library.md. */
export { loadTrustedKeys } from './artifact/signing-key.ts';
export {
  ACTION_ALLOW,
  ACTION_BLOCK,
  ACTION_LOG,
  ACTION_RATE_LIMIT,
  type ActionCode,
  type Match,
} from './engine/verdict.ts';
export type { ArtifactSource } from './library/artifact-source.ts';
export { type ConnectOptions, secbeatConnect } from './library/connect-middleware.ts';
export { type FastifyOptions, secbeatFastify } from './library/fastify-plugin.ts';
export { Waf, type WafOptions, type WafVersion } from './library/waf.ts';
export type { WafHeaders, WafRequest } from './library/waf-request.ts';
export type { WafAction, WafFailure, WafVerdict } from './library/waf-verdict.ts';
