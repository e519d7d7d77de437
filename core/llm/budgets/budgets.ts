import { type Counter, type Scope, callerKey, counterOf, windowsOf } from './counters';
import { close, hold } from './hold';
import { type Amounts, type Limits, amountsOf } from './limits';
import type { Ask, BudgetStore, Budgets, Held, Reservation } from './ports';
import { type Limited, limitedBy } from './refusal';

/**
 * The budgets of a pipeline by its definition. The caller's come before the pipeline's, so that a caller who is refused takes
 * nothing from the others; the minute and the day of one scope are asked together.
 */
export function budgetsOf(store: BudgetStore, pipeline: string, limits: Limits): Budgets {
  const caller = windowsOf(limits, 'caller');
  const all = windowsOf(limits, 'pipeline');

  const counters = ({ id, now, ...ask }: Ask): Counter[][] => {
    const at = (scope: Scope, key: string) => (window: (typeof all)[number]) => counterOf(scope, key, window, id, now);
    return [caller.map(at('caller', callerKey(pipeline, ask.caller))), all.map(at('pipeline', `${pipeline}#all`))];
  };

  const closeAll = async (
    id: string,
    held: readonly Held[],
    used: Amounts | undefined,
    signal?: AbortSignal,
  ): Promise<void> => {
    const closed = await Promise.allSettled(held.map((part) => close(store, id, part, used, signal)));
    throwFirst(closed);
  };

  return {
    async reserve(ask, signal) {
      const limited = tooLarge(ask, limits);
      if (limited) return { limited };
      const wish = { id: ask.id, amounts: amountsOf(ask, limits.prices), now: ask.now };
      const held: Held[] = [];
      for (const together of counters(ask)) {
        const results = await Promise.allSettled(together.map((counter) => hold(store, counter, wish, signal)));
        let refusal: Limited | undefined;
        results.forEach((result, i) => {
          if (result.status === 'rejected') return;
          if ('held' in result.value) held.push(result.value.held);
          else refusal ??= limitedBy(together[i]!, result.value.full, wish.amounts, ask.now);
        });
        const failed = results.some(({ status }) => status === 'rejected');
        // What cannot be given back now comes back when it expires.
        if (failed || refusal) await closeAll(ask.id, held, undefined, signal).catch(() => undefined);
        throwFirst(results);
        if (refusal) return { limited: refusal };
      }
      return { reservation: { id: ask.id, held } };
    },

    settle: ({ id, held }: Reservation, usage, signal) => closeAll(id, held, amountsOf(usage, limits.prices), signal),

    release: ({ id, held }: Reservation, signal) => closeAll(id, held, undefined, signal),
  };
}

function tooLarge(ask: Ask, { perRequest }: Limits): Limited | undefined {
  const limit = (['inputTokens', 'outputTokens'] as const).find((name) => ask[name] > perRequest[name]);
  return limit && { scope: 'request', limit, most: perRequest[limit], left: perRequest[limit] };
}

function throwFirst(results: readonly PromiseSettledResult<unknown>[]): void {
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
