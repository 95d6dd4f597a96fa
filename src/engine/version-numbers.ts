/**
 * Names for versions that come without a release: an upload becomes `v<N + 1>` after the highest
 * number ever seen under the module's name, so that a person never sees the same name for two things.
 */
export class VersionNumbers {
  private readonly highest = new Map<string, number>();

  /** What the manifest says, unless it was built by hand (`v0`) or says nothing. */
  revisionFor(module: string, stated?: string): string {
    if (stated !== undefined && stated !== 'v0') return stated;
    return `v${(this.highest.get(module) ?? 0) + 1}`;
  }

  /** Remembers a revision that has become active. */
  note(module: string, revision: string): void {
    const number = Number(/^v(\d+)$/.exec(revision)?.[1] ?? 0);
    this.highest.set(module, Math.max(number, this.highest.get(module) ?? 0));
  }
}
