/** Rows that were left out, by cause, with the number of the first of each. */
export class SkippedRows<Cause extends string> {
  private readonly causes = new Map<Cause, { readonly rows: number; readonly first: number }>();

  add(number: number, cause: Cause): void {
    const { rows, first } = this.causes.get(cause) ?? { rows: 0, first: number };
    this.causes.set(cause, { rows: rows + 1, first });
  }

  figures(): Readonly<Record<string, { readonly rows: number; readonly first: number }>> {
    return Object.fromEntries(this.causes);
  }
}
