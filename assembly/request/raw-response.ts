/** What the upstream answered, when it is a response that is judged. */
export let hasResponse: bool = false;
/** 0: not known. */
export let status: u32 = 0;
export let responseBodyAt: usize = 0;
export let responseBodyLen: u32 = 0;

export function clearResponse(): void {
  hasResponse = false;
  status = responseBodyLen = 0;
}

export function markResponse(): void {
  hasResponse = true;
}

export function setStatus(code: u32): void {
  status = code;
}

export function setResponseBody(at: usize, length: u32): void {
  responseBodyAt = at;
  responseBodyLen = length;
}
