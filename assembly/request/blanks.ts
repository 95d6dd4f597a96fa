/** The two blanks of HTTP. */

/** Space or tab. */
export function isBlank(byte: u8): bool {
  return byte == 0x20 || byte == 0x09;
}

/** A blank, or an end of line: what a folded header line is broken with. */
export function isFolding(byte: u8): bool {
  return isBlank(byte) || byte == 0x0d || byte == 0x0a;
}
