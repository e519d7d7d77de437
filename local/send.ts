import type { Decision } from '../core/decision/decision';
import { type MachineClient, inParallel, persistently } from './client';
import { progress } from './progress';

/** What became of one request. */
export interface Sent {
  readonly status: number;
  readonly decision?: Decision;
  /** What the API says afterwards under the decision's id. */
  readonly recorded?: Decision;
}

const WIDTH = 6;

/** Sends every input once, under a key of this run, then reads each decision back; `what` they are, in words. */
export async function sendAll(
  call: MachineClient,
  what: string,
  inputs: readonly unknown[],
  runId: string,
): Promise<Sent[]> {
  const sending = progress(`Sending ${what}`, inputs.length);
  const sent = await inParallel(inputs, WIDTH, async (input, row): Promise<Sent> => {
    const { status, body } = await persistently(() => call('POST', '/decisions', { key: `${runId}-${row}`, input }));
    sending.step();
    return status === 200 || status === 202 ? { status, decision: body as Decision } : { status };
  });
  sending.end();

  const reading = progress('Reading each back', inputs.length);
  const read = await inParallel(sent, WIDTH, async (one): Promise<Sent> => {
    reading.step();
    if (!one.decision) return one;
    const { status, body } = await persistently(() => call('GET', `/decisions/${one.decision!.id}`));
    return status === 200 ? { ...one, recorded: body as Decision } : one;
  });
  reading.end();
  return read;
}
