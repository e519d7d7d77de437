import { formatReplay } from '../../../bin/report/replay-text';
import { CREDIT, plumbline } from '../plumbline';

const environment = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-central-1' };
const tables = ['--table', 'decisions', '--state', 'state'];

test.each<[string, string[], number, RegExp]>([
  ['forget', ['000000000000:role/App', ...tables], 2, /Say why, with --reason/],
  [
    'forget',
    ['input.age > 5', '--reason', 'r', ...tables],
    2,
    /For an expression, name the pipeline's folder with --definition/,
  ],
  ['forget', ['input.agee > 5', '--reason', 'r', '--definition', CREDIT, ...tables], 1, /Did you mean "age"\?/],
  ['forget', ['input.age', '--reason', 'r', '--definition', CREDIT, ...tables], 1, /CEL_RESULT .* must give bool/],
  ['forget', ['000000000000:role/App', '--reason', 'r', '--table', 'decisions'], 2, /Give both --table and --state/],
  ['restore', ['restored', ...tables], 2, /Name the pipeline's folder with --definition/],
  ['replay', [CREDIT, ...tables], 2, /^Say since when, with --since, .*\nplumbline replay --help tells more\.\n$/],
  ['replay', ['--since', '2026-11-24', ...tables], 2, /^Name the pipeline's folder, .*\nplumbline replay --help tells/],
  ['replay', [CREDIT, 'x', '--since', '2026-11-24', ...tables], 2, /^Name one folder only; there is also x\.\n/],
  ['replay', [CREDIT, '--since', 'yesterday', ...tables], 2, /--since must be a time as 2026-11-01/],
  ['replay', [CREDIT, '--since', '2026-11-24', '--apply', ...tables], 2, /--apply needs the intake queue: --to/],
])('%s %j is told what is missing', async (command, args, expected, says) => {
  const { code, stderr } = await plumbline([command, ...args], [], environment);
  expect([code, stderr]).toEqual([expected, expect.stringMatching(says)]);
});

/** A port that no service has been given, and fetch does not refuse. */
const nobody = 'http://127.0.0.1:2';
const queues = ['--from', `${nobody}/1/dead`, '--to', `${nobody}/1/intake`];

test.each<[string, string[]]>([
  ['redrive', queues],
  ['forget', ['000000000000:role/App', '--reason', 'r', ...tables]],
  ['report', [CREDIT, ...tables]],
])('%s %j says that nobody answers, and where', async (command, args) => {
  const ended = await plumbline([command, ...args], [], { ...environment, AWS_ENDPOINT_URL: nobody });
  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^http:\/\/127\.0\.0\.1:2\/? cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:2\. Is npm start running\?\n$/,
    ),
  });
});

describe('the report of a replay', () => {
  const report = {
    pipeline: 'credit-risk',
    read: 1_500,
    matrix: [
      { from: 'decline', to: 'approve', decisions: 31 },
      { from: '(none)', to: null, decisions: 2 },
    ],
    first: [{ id: '01J', at: '2026-11-24T09:00:00.000Z', from: 'decline', to: 'approve' }],
    left: { SAME: 1_400, REVIEWED: 67 },
    sent: 0,
  };

  test('tells what would come out otherwise, and that none is decided again', () => {
    const text = formatReplay(report, false);
    expect(text).toMatch(/decline → approve +31\n/);
    expect(text).toMatch(/\(none\) {2}→ \? +2\n.*the model or the feature store has to be asked/);
    expect(text).toMatch(/1,400 come out the same\n.*67 were decided by a person\n.*a dry run/);
  });

  test('or what has been sent, or that nothing would', () => {
    expect(formatReplay({ ...report, sent: 33 }, true)).toMatch(/33\u00a0requests put into the intake queue/);
    expect(formatReplay({ ...report, matrix: [], first: [] }, false)).toMatch(/Nothing would come out otherwise/);
  });
});
