/** Splits the body into fields when its content type says how and a rule looks at them. */
import {
  KIND_ARGS_COMBINED_SIZE,
  KIND_BODY_ERROR,
  KIND_BODY_FORM,
  KIND_BODY_FORM_NAMES,
  KIND_BODY_JSON,
  KIND_BODY_JSON_NAMES,
  KIND_BODY_XML_ATTRIBUTES,
  KIND_BODY_XML_ATTRIBUTES_NAMES,
  KIND_BODY_XML_TEXT,
  KIND_FILES,
  KIND_FILES_COMBINED_SIZE,
  KIND_FILES_NAMES,
  KIND_PART_HEADERS,
  KIND_PART_HEADERS_NAMES,
} from '../layout.gen';
import { programUses } from '../program/header';
import { addBodyError, clearBodyError, ERROR_VALUES, noteBodyError } from './body-error';
import {
  bodyFormat,
  FORMAT_FORM,
  FORMAT_JSON,
  FORMAT_JSON_LINES,
  FORMAT_MULTIPART,
  FORMAT_XML,
} from './body-format';
import { bodyAt, bodyLen } from './raw-request';
import { splitJson, splitJsonLines } from './split-json';
import { splitMultipart } from './split-multipart';
import { splitParameters } from './split-parameters';
import { splitXml } from './split-xml';

export function collectBody(): void {
  const format = bodyFormat();
  clearBodyError();
  if (format == FORMAT_FORM && usesForm()) {
    if (!splitParameters(KIND_BODY_FORM, bodyAt, bodyLen)) noteBodyError(ERROR_VALUES);
  } else if (format == FORMAT_JSON && usesJson()) {
    splitJson(bodyAt, bodyLen);
  } else if (format == FORMAT_JSON_LINES && usesJson()) {
    splitJsonLines(bodyAt, bodyLen);
  } else if (format == FORMAT_MULTIPART && usesParts()) {
    splitMultipart(bodyAt, bodyLen);
  } else if (format == FORMAT_XML && usesXml()) {
    splitXml(bodyAt, bodyLen);
  }
  if (programUses(KIND_BODY_ERROR)) addBodyError();
}

function usesForm(): bool {
  return (
    programUses(KIND_BODY_FORM) ||
    programUses(KIND_BODY_FORM_NAMES) ||
    programUses(KIND_ARGS_COMBINED_SIZE) ||
    programUses(KIND_BODY_ERROR)
  );
}

function usesJson(): bool {
  return (
    programUses(KIND_BODY_JSON) ||
    programUses(KIND_BODY_JSON_NAMES) ||
    programUses(KIND_ARGS_COMBINED_SIZE) ||
    programUses(KIND_BODY_ERROR)
  );
}

function usesParts(): bool {
  return (
    usesForm() ||
    programUses(KIND_FILES) ||
    programUses(KIND_FILES_NAMES) ||
    programUses(KIND_FILES_COMBINED_SIZE) ||
    programUses(KIND_PART_HEADERS) ||
    programUses(KIND_PART_HEADERS_NAMES)
  );
}

function usesXml(): bool {
  return (
    programUses(KIND_BODY_XML_TEXT) ||
    programUses(KIND_BODY_XML_ATTRIBUTES) ||
    programUses(KIND_BODY_XML_ATTRIBUTES_NAMES) ||
    programUses(KIND_BODY_ERROR)
  );
}
