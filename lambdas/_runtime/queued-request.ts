import type { SchemaValidator } from '../../core/input/validate';
import type { Poison, ReadRequest } from '../../core/intake/settle';
import { readInput } from './read-input';
import { countRejected } from './rejected';
import { systemClock } from './system-clock';

/** Reads requests that nobody waits for; those that are refused are counted as the API's are. */
export const requestReader =
  (pipeline: string, validator: SchemaValidator): ReadRequest =>
  (text) => {
    const read = readInput({ body: text }, validator, { keyed: true });
    if (!('refusal' in read)) return read.body;
    const { code, problems } = JSON.parse(countRejected(pipeline, read.refusal, systemClock.now()).body) as Poison;
    return { poison: { code, ...(problems ? { problems } : {}) } };
  };
