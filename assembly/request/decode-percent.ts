/** Decodes `%XX` once, and `+` to a space where asked; a percent sign without two digits stays. */
import { charge } from '../steps';
import { percentByte } from '../transforms/url-decode';
import { keepText, textEnd } from './text-arena';

/** Writes the decoded form of [from, to) to the text arena. It begins where `textEnd` was. */
export function decodePercent(from: usize, to: usize, isForm: bool): void {
  charge(<u32>(to - from));
  let out = textEnd;
  for (let p = from; p < to; p++) {
    let byte = load<u8>(p);
    // Letters and digits lie above both signs.
    if (byte <= 0x2b) {
      if (byte == 0x2b && isForm) byte = 0x20;
      if (byte == 0x25) {
        const code = percentByte(p, to);
        if (code >= 0) {
          byte = <u8>code;
          p += 2;
        }
      }
    }
    store<u8>(out++, byte);
  }
  keepText(out);
}
