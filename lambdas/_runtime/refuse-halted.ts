import { type ApiResponse, problem } from './http';

/** The answer while nothing is decided, and no model asked. */
export const refuseHalted = (): ApiResponse =>
  problem(503, 'HALTED', 'This pipeline has been halted by an operator.', { headers: { 'retry-after': '60' } });
