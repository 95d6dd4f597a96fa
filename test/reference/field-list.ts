/** One field of a request: family as in a rule's target; `isNamed` when its name is a value as well. */
export interface Field {
  readonly family: string;
  readonly isNamed: boolean;
  readonly name: string;
  readonly text: string;
}

/** Thrown when the table of fields is full. */
export class TableFull extends Error {}

/** The table of fields as a list, with what else the engine notes while it fills it. */
export class FieldList {
  readonly fields: Field[] = [];
  isTruncated = false;
  /** Bytes of all files. */
  fileBytes = 0;
  readonly #limit: number;
  #error: string | null = null;

  constructor(limit: number) {
    this.#limit = limit;
  }

  plain(family: string, text: string): void {
    this.#add({ family, isNamed: false, name: '', text });
  }

  named(family: string, name: string, text: string): void {
    this.#add({ family, isNamed: true, name, text });
  }

  /** Leaves the rest of a part out when the table is full; returns whether it was. */
  fill(part: () => void): boolean {
    try {
      part();
      return true;
    } catch (error) {
      if (!(error instanceof TableFull)) throw error;
      return false;
    }
  }

  /** The first reason why the body could not be read counts. */
  fault(reason: string): void {
    this.#error ??= reason;
  }

  /** Puts the sums into the places that were kept for them. */
  setSizes(): void {
    const size = ({ family, name, text }: Field) =>
      ['query', 'body.form', 'body.json'].includes(family) ? name.length + text.length : 0;
    const bytes = this.fields.reduce((sum, field) => sum + size(field), 0);
    this.#setText('args.combined_size', bytes);
    this.#setText('files.combined_size', this.fileBytes);
  }

  #setText(family: string, value: number): void {
    const index = this.fields.findIndex((field) => field.family === family);
    this.fields[index] = { ...this.fields[index]!, text: String(value) };
  }

  close(): void {
    if (this.#error === null) return;
    this.fields.push({ family: 'body.error', isNamed: false, name: '', text: this.#error });
  }

  #add(field: Field): void {
    if (this.fields.length >= this.#limit - 1) {
      this.isTruncated = true;
      throw new TableFull();
    }
    this.fields.push(field);
  }
}
