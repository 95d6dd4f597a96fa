import type { FleetConnection } from './connection.ts';
import { asFleetError, FleetError, isNotFound } from './fleet-error.ts';
import { isAmount, isBoolean, isMatching, isObject, isOptional } from './shapes/shape.ts';
import { objectMetaSubject } from './subjects.ts';
import { tryParse } from './try-parse.ts';

/** The part of an Object Store entry that reading needs. */
export interface ObjectInfo {
  /** Names the upload, and so the subject of its chunks. */
  readonly nuid: string;
  readonly size: number;
  readonly deleted?: boolean;
}

const MAX_INFO_BYTES = 65_536;

const isObjectInfo = isObject<ObjectInfo>({
  nuid: isMatching(/^[A-Za-z0-9_-]+$/),
  size: isAmount,
  deleted: isOptional(isBoolean),
});

/** The entry of an object, or undefined when there is none or it was deleted. */
export async function readObjectInfo(
  { manager, requests, malformed }: FleetConnection,
  bucket: string,
  name: string,
): Promise<ObjectInfo | undefined> {
  const doing = `looking up ${name}`;
  const query = { last_by_subj: objectMetaSubject(bucket, name) };
  const message = await requests
    .read(doing, () => manager.streams.getMessage(`OBJ_${bucket}`, query))
    .catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw asFleetError(error, doing);
    });
  if (message === undefined) return undefined;
  const parsed = tryParse(message.data, MAX_INFO_BYTES, isObjectInfo);
  if ('value' in parsed) return parsed.value.deleted === true ? undefined : parsed.value;
  malformed(`$O.${bucket}.M`, parsed.fault);
  throw new FleetError(
    'WAF_ERR_FLEET_ARTIFACT_CORRUPT',
    `the Object Store entry of ${name} is malformed: ${parsed.fault}`,
  );
}
