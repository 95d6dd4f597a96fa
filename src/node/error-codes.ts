/** Errors a node raises: code → what it means and what cures it. */
export const NODE_ERRORS = {
  WAF_ERR_NODE_UPSTREAM_INVALID:
    'node.upstream is not an http:// or https:// URL; correct the setting.',
  WAF_ERR_NODE_TRUSTED_PROXY_INVALID:
    'An entry of node.trusted_proxies is neither an address nor a CIDR; correct the setting.',
  WAF_ERR_NODE_LISTEN:
    'A port of the node cannot be bound, most often because another process uses it; change node.port or node.admin_port.',
  WAF_ERR_NODE_WORKER_LOST:
    'A data-plane worker died during a reload; it is started again with the active modules, and the reload is refused.',
  WAF_ERR_NODE_WORKER_REFUSED:
    'A data-plane worker could not stage a module that the primary staged; the reason stands behind the code.',
  WAF_ERR_NODE_UNTRUSTED_ARTIFACT:
    'A universal-waf artifact carries no signature of a trusted key while signing.required is set; sign it or trust its key.',
  WAF_ERR_NODE_DIGEST_MISMATCH:
    'The fetched bytes do not have the digest that desired state names; the publisher must publish again.',
  WAF_ERR_NODE_RELOAD_DISABLED:
    'waf.wasm.hot_reload_enabled is false, so the node keeps the modules it started with.',
  WAF_ERR_NODE_UPLOAD_INVALID:
    'The upload is not one multipart form with a single file field and an optional name; correct the request.',
  WAF_ERR_NODE_NO_PREVIOUS: 'The module has no earlier version that is still kept.',
  WAF_ERR_NODE_MODULE_UNKNOWN: 'No module of that name runs on this node.',
} as const;

export type NodeErrorCode = keyof typeof NODE_ERRORS;
