import type { DecideResult } from '../../core/decision/decide-request';
import { type IntakePorts, takeMessages } from '../../core/intake/intake';
import { refuseBroken } from '../../lambdas/_runtime/refuse-broken';

const broken = new TypeError('Cannot read properties of 4711');
const halted = { kind: 'halted' } as DecideResult;
const decided = { kind: 'decided' } as DecideResult;
const poison = 'poison';

/** Takes a batch, each message with what comes of it, as the intake's function does. */
async function take(...outcomes: (DecideResult | Error | typeof poison)[]) {
  const errors: unknown[] = [];
  const ports: IntakePorts = {
    read: (text) => (text === poison ? { poison: { code: 'MALFORMED_REQUEST' } } : { input: { n: Number(text) } }),
    original: async () => undefined,
    async decide({ input }) {
      const outcome = outcomes[Number(input.n)] as DecideResult | Error;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    bury: async () => undefined,
    later: (_, error) => errors.push(error),
  };
  const messages = outcomes.map((outcome, i) => ({
    messageId: `m${i}`,
    body: outcome === poison ? poison : String(i),
    receiveCount: 1,
  }));
  const again = await takeMessages(ports, 'loans', messages);
  refuseBroken(messages.length, errors);
  return again;
}

test('a batch of which every message fails is an error of the function, which tells no value', async () => {
  await expect(take(broken, broken)).rejects.toThrow(/^Every message of the batch failed\.$/);
});

test.each<[string, Parameters<typeof take>, string[]]>([
  ['waits, as while halted', [halted, halted], ['m0', 'm1']],
  ['fails in part, and waits in part', [broken, halted], ['m0', 'm1']],
  ['is decided in part', [broken, decided], ['m0']],
  ['holds poison, which is put aside', [broken, poison], ['m0']],
  ['holds nothing', [], []],
])('one that %s names what comes again', async (_, outcomes, again) => {
  expect(await take(...outcomes)).toEqual(again);
});
