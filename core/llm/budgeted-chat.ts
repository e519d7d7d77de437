import type { Clock } from '../ports';
import { orElse } from '../resilience/deadline';
import type { Limits, TokenUsage } from './budgets/limits';
import type { Budgets, Reservation } from './budgets/ports';
import type { ChatAnswer, ChatClient, ChatRequest } from './chat';

export interface BudgetPorts {
  readonly budgets: Budgets;
  readonly clock: Clock;
  /** Tokens that messages have in all; counting may end once there are more than `most`. */
  readonly estimate: (messages: ChatRequest['messages'], most: number) => number;
  /** An id that no other call has. */
  readonly newId: () => string;
  /** Told of budgets that could not be read, and of usage that could not be written down. */
  readonly report: (error: unknown) => void;
}

/**
 * A language model that is asked within its limits: what a call may take at most is reserved before, and what it took is
 * charged after. Where nobody can tell what it took, as it was cut, all that was reserved is. An outage of the budgets
 * ends as the definition says.
 */
export function budgetedChat(
  chat: ChatClient,
  { perRequest, onOutage = 'closed' }: Limits,
  ports: BudgetPorts,
): ChatClient {
  const { budgets, clock, estimate, newId, report } = ports;
  return {
    async complete(request, limits, signal) {
      const inputTokens = estimate(request.messages, perRequest.inputTokens);
      const held = { inputTokens, outputTokens: request.mostTokens * request.samples };
      const ask = { id: newId(), caller: request.caller, ...held, now: clock.now() };
      const reserved = await orElse(
        budgets.reserve(ask, signal).catch((error: unknown) => {
          report(error);
          return { unknown: true } as const;
        }),
        signal,
        { unknown: true } as const,
      );
      if ('limited' in reserved) return { failed: 'MODEL_LIMITED', limited: reserved.limited };
      if ('reservation' in reserved) {
        const answer = await chat.complete(request, limits, signal);
        await orElse(close(reserved.reservation, answer, held).catch(report), signal, undefined);
        return answer;
      }
      return onOutage === 'open' && !signal.aborted
        ? chat.complete(request, limits, signal)
        : { failed: signal.aborted ? 'MODEL_TIMEOUT' : 'MODEL_LIMITS_UNKNOWN' };
    },
  };

  // Without a signal: what was used has to be written down though the request has no time left.
  function close(reservation: Reservation, answer: ChatAnswer, held: TokenUsage): Promise<void> {
    if ('choices' in answer) return budgets.settle(reservation, answer.usage ?? held);
    const mayHaveRun = answer.failed === 'MODEL_TIMEOUT' || answer.failed === 'MODEL_STALLED';
    return mayHaveRun ? budgets.settle(reservation, held) : budgets.release(reservation);
  }
}
