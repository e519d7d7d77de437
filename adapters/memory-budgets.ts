import { EMPTY } from '../core/llm/budgets/entries';
import { AMOUNTS, plus } from '../core/llm/budgets/limits';
import type { BudgetItem, BudgetStore } from '../core/llm/budgets/ports';

/** Budgets in memory, for tests: it keeps the same contract as the one on DynamoDB. `items` is for looking at. */
export function memoryBudgets(): BudgetStore & { readonly items: ReadonlyMap<string, BudgetItem> } {
  const items = new Map<string, BudgetItem>();
  return {
    items,
    async change(key, { entries, add, within = {} }) {
      const item = items.get(key) ?? EMPTY;
      const taken = plus(item.taken, add);
      const asSeen = entries.every(({ id, seen }) => item.entries.get(id) === seen);
      if (!asSeen || AMOUNTS.some((name) => taken[name] > (within[name] ?? Infinity))) return { changed: false, item };
      const next = new Map(item.entries);
      for (const entry of entries)
        if (entry.next === undefined) next.delete(entry.id);
        else next.set(entry.id, entry.next);
      const after = { taken, entries: next };
      items.set(key, after);
      return { changed: true, item: after };
    },
    async read(keys) {
      return keys.map((key) => items.get(key) ?? EMPTY);
    },
  };
}
