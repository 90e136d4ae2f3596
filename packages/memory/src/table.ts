/**
 * What a commit has written so far, so that it can be taken back. A commit runs in one piece, with no `await` in it, so
 * nobody sees the tables between the first write and the end.
 */
export class Journal {
  /** `null` outside of a commit: what is written then stays. */
  #undo: (() => void)[] | null = null;

  note(undo: () => void): void {
    this.#undo?.push(undo);
  }

  /** Runs `work`; what it wrote stays only when it returns a result that `keeps` accepts. */
  atomically<Result>(work: () => Result, keeps: (result: Result) => boolean): Result {
    const written: (() => void)[] = [];
    let kept = false;
    this.#undo = written;
    try {
      const result = work();
      kept = keeps(result);
      return result;
    } finally {
      this.#undo = null;
      if (!kept) for (const undo of written.reverse()) undo();
    }
  }
}

/** Rows by id. Rows are frozen copies and replaced as a whole, so handing one out is safe. */
export class Table<Row extends object> {
  readonly #rows = new Map<string, Row>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  has(id: string): boolean {
    return this.#rows.has(id);
  }

  set(id: string, row: Row): void {
    this.#remember(id);
    this.#rows.set(id, frozenCopy(row));
  }

  /** Changes some columns of a row; a row that is not there stays away. */
  change(id: string, columns: Partial<Row>): void {
    const row = this.#rows.get(id);
    if (row !== undefined) this.set(id, { ...row, ...columns });
  }

  delete(id: string): void {
    this.#remember(id);
    this.#rows.delete(id);
  }

  /** Those that `matches` accepts, in the order in which they were first written. */
  where(matches: (row: Row) => boolean): Row[] {
    return [...this.#rows.values()].filter(matches);
  }

  some(matches: (row: Row) => boolean): boolean {
    for (const row of this.#rows.values()) if (matches(row)) return true;
    return false;
  }

  all(): Row[] {
    return [...this.#rows.values()];
  }

  #remember(id: string): void {
    const before = this.#rows.get(id);
    this.#journal.note(() => {
      if (before === undefined) this.#rows.delete(id);
      else this.#rows.set(id, before);
    });
  }
}

function frozenCopy<Value>(value: Value): Value {
  const copy = structuredClone(value);
  freeze(copy);
  return copy;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) freeze(inner);
  Object.freeze(value);
}
