/** Every code this room raises; documented in `docs/errors.md`. */
export const LIBRARY_ERRORS = {
  WAF_ERR_LIBRARY_SOURCE:
    'The artifact cannot be read from where the caller says it is. Give its bytes, a path, or a file URL.',
} as const;

export type LibraryErrorCode = keyof typeof LIBRARY_ERRORS;
