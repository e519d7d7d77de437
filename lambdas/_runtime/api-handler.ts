import { type ApiEvent, type ApiRequest, type ApiResponse, problem, readRequest } from './http';
import { logError } from './log';

/**
 * Wraps an API function. What it throws is an outage: the caller gets a 503 and may try again with the same key,
 * and the log gets the error without the request.
 */
export const apiHandler =
  (handle: (request: ApiRequest) => Promise<ApiResponse>) =>
  async (event: ApiEvent): Promise<ApiResponse> => {
    try {
      return await handle(readRequest(event));
    } catch (error) {
      logError('request failed', error);
      return problem(
        503,
        'UNAVAILABLE',
        'The request could not be completed. Try again with the same idempotency key.',
        {
          headers: { 'retry-after': '1' },
        },
      );
    }
  };
