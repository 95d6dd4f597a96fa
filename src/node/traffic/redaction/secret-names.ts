/** Whether a parameter of this name may hold a secret. */
export type IsSecret = (name: string) => boolean;

/**
 * A name is secret when it is listed, or when one of its words is: `token` stands for `csrf_token`,
 * `csrfToken` and `user[token]`. Rather too much is left out than too little.
 */
export function createSecretNames(listed: readonly string[]): IsSecret {
  const secret = new Set(listed.map(plain));
  if (secret.size === 0) return () => false;
  return (name) => secret.has(plain(name)) || wordsOf(name).some((word) => secret.has(word));
}

/** `Access-Token` and `accessToken` are `accesstoken`. */
function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}
