/** The parts of a request as they were received, before they are split into fields. */
export let methodAt: usize = 0;
export let methodLen: u32 = 0;
export let uriAt: usize = 0;
export let uriLen: u32 = 0;
export let versionAt: usize = 0;
export let versionLen: u32 = 0;
export let ipAt: usize = 0;
export let ipLen: u32 = 0;
export let bodyAt: usize = 0;
export let bodyLen: u32 = 0;
/** Milliseconds since the epoch; 0: unknown, nothing expires. */
export let nowMs: f64 = 0;

export function clearRaw(): void {
  methodLen = uriLen = versionLen = ipLen = bodyLen = 0;
  nowMs = 0;
}

export function setMethod(at: usize, length: u32): void {
  methodAt = at;
  methodLen = length;
}

export function setUri(at: usize, length: u32): void {
  uriAt = at;
  uriLen = length;
}

export function setVersion(at: usize, length: u32): void {
  versionAt = at;
  versionLen = length;
}

export function setIp(at: usize, length: u32): void {
  ipAt = at;
  ipLen = length;
}

export function setBody(at: usize, length: u32): void {
  bodyAt = at;
  bodyLen = length;
}

export function setNow(ms: f64): void {
  nowMs = ms;
}
