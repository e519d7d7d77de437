import { withProgress } from '../../../bin/history/progress';

async function* rows(fails = false) {
  for (const done of [0.25, 0.5, 1]) yield { done };
  if (fails) throw new Error('row 4');
}

/** What is written to a stream while the rows are gone through. */
async function drawn(isTTY: boolean, fails = false) {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  const passed: number[] = [];
  let error: unknown;
  try {
    for await (const { done } of withProgress('Reading', rows(fails), stream)) passed.push(done);
  } catch (thrown) {
    error = thrown;
  }
  return { written, passed, error };
}

test('rows pass, and a bar is drawn and wiped off', async () => {
  const { written, passed } = await drawn(true);
  expect(passed).toEqual([0.25, 0.5, 1]);
  expect(written[0]).toBe(`\r\u001b[KReading ${'█'.repeat(8)}${'░'.repeat(22)} 25 %  1 row`);
  expect(written.at(-1)).toBe('\r\u001b[K');
});

test('it is wiped off when reading fails, so that the error stands alone', async () => {
  const { written, error } = await drawn(true, true);
  expect(error).toEqual(new Error('row 4'));
  expect(written.at(-1)).toBe('\r\u001b[K');
});

test('nothing is drawn where nobody looks', async () => {
  expect(await drawn(false)).toEqual({ written: [], passed: [0.25, 0.5, 1], error: undefined });
});
