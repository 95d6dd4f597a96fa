import type { NodeSettings } from '../../config/settings.ts';
import type { InspectionResponse, ResponseInspection } from '../../engine/verdict.ts';
import { decodeContent } from './decode-content.ts';
import type { ResponseHead } from './response-head.ts';

/** How many bytes of which bodies are held back for the rules that look at responses. */
export interface ResponseInspector {
  /** Bytes of the body to hold back before the judgement; 0: it is judged by its head. */
  bytesToHold(inspects: ResponseInspection, head: ResponseHead): number;
  /** What the rules see; `held` is the beginning of the body on the wire, null when none was held. */
  inspectionOf(head: ResponseHead, held: Buffer | null): InspectionResponse;
}

export function createResponseInspector(settings: NodeSettings['proxy']): ResponseInspector {
  const limit = settings.inspect_response_bytes;
  const types = new Set(settings.inspect_response_types.map((type) => type.toLowerCase()));
  return {
    bytesToHold(inspects, { headers, length }) {
      if (inspects !== 'body' || length === 0) return 0;
      return types.has(mediaType(headerOf(headers, 'content-type'))) ? limit : 0;
    },
    inspectionOf({ status, headers }, held) {
      const coding = headerOf(headers, 'content-encoding').trim().toLowerCase();
      return { status, headers, body: held && decodeContent(held, coding, limit) };
    },
  };
}

function mediaType(value: string): string {
  const end = value.indexOf(';');
  return (end === -1 ? value : value.slice(0, end)).trim().toLowerCase();
}

/** The first value, or ''. */
function headerOf(headers: readonly string[], name: string): string {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]!.length === name.length && headers[i]!.toLowerCase() === name) {
      return headers[i + 1]!;
    }
  }
  return '';
}
