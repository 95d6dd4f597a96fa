import type { RuleDocument } from '../../../src/rules/rule-document.ts';
import type { RuleStore, VersionedRules } from '../../../src/rules/rule-store.ts';

/** A rule store in memory with real compare-and-set; every answer comes one turn of the loop later. */
export class MemoryStore implements RuleStore {
  reads = 0;
  writes = 0;
  conflicts = 0;
  /** Set to make every call fail, as a broken connection does. */
  broken: Error | null = null;
  private text: string | null = null;
  private version = 0;
  private readonly watchers = new Set<(current: VersionedRules) => void>();

  async read(): Promise<VersionedRules | undefined> {
    this.reads++;
    await this.turn();
    return this.current();
  }

  async write(value: RuleDocument, expected: number): Promise<number | 'conflict'> {
    await this.turn();
    if (expected !== this.version) {
      this.conflicts++;
      return 'conflict';
    }
    this.writes++;
    this.version += 2;
    this.text = JSON.stringify(value);
    const version = this.version;
    setImmediate(() => {
      for (const watcher of this.watchers) watcher(this.current()!);
    });
    return version;
  }

  async watch(onChange: (current: VersionedRules) => void): Promise<() => Promise<void>> {
    this.watchers.add(onChange);
    const current = this.current();
    if (current !== undefined) onChange(current);
    return async () => {
      this.watchers.delete(onChange);
    };
  }

  document(): RuleDocument | undefined {
    return this.current()?.value;
  }

  private current(): VersionedRules | undefined {
    if (this.text === null) return undefined;
    return { value: JSON.parse(this.text), version: this.version };
  }

  private async turn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.broken !== null) throw this.broken;
  }
}
