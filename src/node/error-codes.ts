/** Errors a node raises: code → what it means and what cures it. */
export const NODE_ERRORS = {
  WAF_ERR_NODE_UPSTREAM_INVALID:
    'node.upstream is not an http:// or https:// URL. Correct the setting.',
  WAF_ERR_NODE_TRUSTED_PROXY_INVALID:
    'An entry of node.trusted_proxies is neither an address nor a CIDR. Correct the setting.',
  WAF_ERR_NODE_LISTEN:
    'A port of the node cannot be bound, most often because another process uses it. Change node.port or node.admin_port.',
  WAF_ERR_NODE_WORKER_LOST:
    'A data-plane worker died during a reload. It is started again with the active modules; try the reload again.',
  WAF_ERR_NODE_WORKER_REFUSED:
    'A data-plane worker could not stage a module that the primary process staged. The message carries its reason.',
  WAF_ERR_NODE_DIGEST_MISMATCH:
    'Fetched bytes do not have the digest that desired state names. Publish the module again.',
  WAF_ERR_NODE_RELOAD_DISABLED:
    'waf.wasm.hot_reload_enabled is false, so a module that runs is not replaced. Enable it, or restart the node.',
  WAF_ERR_NODE_MODULE_KEPT:
    'A node removes neither universal-waf nor a module that the fleet assigns to it. Change the rules, or remove the module with the orchestrator.',
  WAF_ERR_NODE_UPLOAD:
    'The upload is not a multipart form with one file and an optional name. Send it as curl -F file=@module.wasm -F name=my-module.',
  WAF_ERR_NODE_UNAUTHORIZED:
    'The request carries no configured API key. Send one as X-SecBeat-API-Key or as Authorization: Bearer.',
  WAF_ERR_NODE_FORBIDDEN:
    'The API key lacks the role that the endpoint needs. Give it the role under [auth], or use another key.',
  WAF_ERR_NODE_REQUEST:
    'The request does not fit the endpoint. GET /api/v1/openapi.json has the schema.',
  WAF_ERR_NODE_INTERNAL: 'A defect of the node itself; its log has the stack. Report it.',
  WAF_ERR_NODE_NO_ORCHESTRATOR:
    'A node compiles no rules, and node.orchestrator_url is not set, so that it cannot pass the change on. Set it with node.orchestrator_key, or send the change to the orchestrator.',
  WAF_ERR_NODE_ORCHESTRATOR:
    'The orchestrator at node.orchestrator_url does not answer, or not like an orchestrator. Check the setting and whether it runs.',
  WAF_ERR_NODE_ORCHESTRATOR_KEY:
    'The orchestrator refuses node.orchestrator_key. Use a key that it knows, with the roles read and rules.',
  WAF_ERR_NODE_RELEASE_FAILED:
    'The orchestrator stored the change, but its release could not be built or a node refused it; the nodes keep what they had. GET /api/v1/releases of the orchestrator says why.',
  WAF_ERR_NODE_NOT_FOUND: 'There is no such endpoint, module or event on this node.',
} as const;

export type NodeErrorCode = keyof typeof NODE_ERRORS;
