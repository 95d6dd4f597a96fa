/** 42 of `v42`; 0 for null and for anything that is not a revision. */
export function revisionNumber(revision: string | null | undefined): number {
  return Number(/^v(\d{1,15})$/.exec(revision ?? '')?.[1] ?? 0);
}
