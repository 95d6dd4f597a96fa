/** The part of a rule's action that the host carries out; the shapes are those of `src/rules/model.ts`. */
export type ManifestAction =
  | { readonly block: { readonly status: number } }
  | { readonly allow: object }
  | { readonly log: object }
  | { readonly ratelimit: ManifestRateLimit }
  | { readonly score: object };

/** Token bucket: `limit` requests per `window_s` seconds and value of `key`. */
export interface ManifestRateLimit {
  readonly key: string;
  readonly limit: number;
  readonly window_s: number;
  readonly over: 'block' | 'log';
}
