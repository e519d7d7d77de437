import type { Door } from '../../core/pipeline/routes';
import { readCaller } from './caller';
import { type ApiRequest, type ApiResponse, problem } from './http';
import { type Person, readPerson } from './people';

/** Who asks, and through which API. */
export type Asker =
  | { readonly door: Extract<Door, 'machines'>; readonly caller: string }
  | { readonly door: Extract<Door, 'people'>; readonly person: Person };

/** A caller, or a person with a role in this pipeline; the refusal for anybody else. */
export function readAsker(request: ApiRequest, pipeline: string): Asker | { readonly refusal: ApiResponse } {
  if (request.context.http === undefined) {
    const caller = readCaller(request);
    return caller
      ? { door: 'machines', caller }
      : { refusal: problem(403, 'UNSIGNED', 'Sign the request with IAM credentials (SigV4).') };
  }
  const person = readPerson(request, pipeline);
  if (!person) return { refusal: problem(401, 'NO_ID_TOKEN', 'Send the id token of a person as bearer token.') };
  if (person.roles.size === 0) return { refusal: problem(403, 'NO_ROLE', 'You have no role in this pipeline.') };
  return { door: 'people', person };
}
