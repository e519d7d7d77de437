import { readStream } from '../../../core/llm/read-stream';
import { virtualClock } from '../decision/virtual-clock';

/** Parts that come after so many milliseconds each; an empty one holds no token. */
async function read(
  waits: readonly (readonly [number, string])[],
  limits: { first: number; between: number },
  ms = 1e6,
) {
  const clock = virtualClock();
  let closed = false;
  async function* parts() {
    try {
      for (const [wait, part] of waits) {
        await clock.sleep(wait);
        yield part;
      }
    } finally {
      closed = true;
    }
  }
  const taken: string[] = [];
  const take = (part: string) => taken.push(part) > 0 && part !== '';
  const began = clock.now();
  const streamLimits = { firstTokenMs: limits.first, betweenTokensMs: limits.between };
  const end = await clock.run(readStream(parts(), take, streamLimits, clock, clock.timeout(ms)));
  return { end, taken: taken.join(''), took: clock.now() - began, closed: () => closed };
}

test('is read to its end while it goes on', async () => {
  expect(
    await read(
      [
        [90, 'a'],
        [40, 'b'],
        [40, 'c'],
      ],
      { first: 100, between: 50 },
    ),
  ).toMatchObject({ end: 'ended', taken: 'abc', took: 170 });
});

test('is cut where the first token does not come in time', async () => {
  expect(await read([[200, 'a']], { first: 100, between: 50 })).toMatchObject({ end: 'stalled', taken: '', took: 100 });
});

test('is cut where it does not go on', async () => {
  const cut = await read(
    [
      [10, 'a'],
      [500, 'b'],
    ],
    { first: 100, between: 50 },
  );
  expect(cut).toMatchObject({ end: 'stalled', taken: 'a', took: 60 });
});

test('is not held open by what is no token', async () => {
  const idle = Array.from({ length: 20 }, () => [20, ''] as const);
  expect(await read(idle, { first: 100, between: 50 })).toMatchObject({ end: 'stalled', took: 100 });
});

test('stops when the request has no more time', async () => {
  expect(
    await read(
      [
        [10, 'a'],
        [500, 'b'],
      ],
      { first: Infinity, between: Infinity },
      300,
    ),
  ).toMatchObject({
    end: 'stopped',
    taken: 'a',
    took: 300,
  });
});

test('throws what the stream throws', async () => {
  const clock = virtualClock();
  async function* parts() {
    yield 'a';
    throw new Error('cut');
  }
  const limits = { firstTokenMs: Infinity, betweenTokensMs: Infinity };
  await expect(readStream(parts(), () => true, limits, clock, clock.timeout(1e6))).rejects.toThrow('cut');
});
