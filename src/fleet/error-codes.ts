/** Every code this room raises; documented in `docs/errors.md`. */
export const FLEET_ERRORS = {
  WAF_ERR_FLEET_CONNECT:
    'The NATS server refused the connection. Check the URL, the credentials and the TLS files.',
  WAF_ERR_FLEET_UNAVAILABLE:
    'NATS or JetStream did not answer in time. The client keeps reconnecting; try again.',
  WAF_ERR_FLEET_DENIED:
    'The NATS user lacks a permission that its role needs. docs/nats.md lists the permissions.',
  WAF_ERR_FLEET_REQUEST: 'JetStream refused a request. The cause holds its answer.',
  WAF_ERR_FLEET_DOCUMENT_TOO_LARGE:
    "A document is larger than one NATS message may be. Raise the server's max_payload or shrink it.",
  WAF_ERR_FLEET_DOCUMENT_MALFORMED:
    'What is stored under the key is not the document that belongs there. Restore an earlier revision.',
  WAF_ERR_FLEET_ARTIFACT_TOO_LARGE: 'The stored artifact is larger than the reader accepts.',
  WAF_ERR_FLEET_ARTIFACT_MISSING: 'The Object Store holds no artifact of that digest.',
  WAF_ERR_FLEET_ARTIFACT_CORRUPT:
    'The bytes in the Object Store are not those of the digest. Publish the artifact again.',
  WAF_ERR_FLEET_NAME:
    'A node id, bucket, prefix or key is not 1 to 64 characters of A-Z, a-z, 0-9, _ and -.',
} as const;

export type FleetErrorCode = keyof typeof FLEET_ERRORS;
