import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
} from '@aws-sdk/client-cloudwatch';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { baselineFault } from '../../core/drift/check-baseline';
import { CREDIT } from '../bin/plumbline';
import { scratchPath } from '../bin/scratch';
import { run, runText } from './commands';
import { eventsOf, onCallMessages } from './listeners';
import type { BusinessImpact } from '../../core/business/impact';
import type { PromptState } from '../../core/llm/prompt-state';
import type { Health } from '../../core/drift/health';
import { linesOf, localCloudWatch } from '../../local/dashboard-data';
import { inParallel, type Answer } from '../../local/client';
import {
  applications,
  aws,
  call,
  callImpatient,
  callSampled,
  callTriage,
  creditRisk,
  eventually,
  impatient,
  info,
  mailInput,
  mails,
  person,
  sampled,
} from './stack';
import { cutOff } from './stream';

/** Waits of minutes in one: what the sweeper and the candidate must see to begins here and is asserted at the end. */
const TRIALS = 40;
let trials: readonly Answer[];
let forgotten: {
  readonly id: string;
  readonly closedId: string;
  readonly events: Awaited<ReturnType<typeof eventsOf>>;
};
let reconnect: () => Promise<void>;
/** Decisions while a prompt that is bad is tried on half of them, and since when. */
let tried: { readonly since: string; readonly answers: readonly Answer[] };
beforeAll(async () => {
  const events = await eventsOf('impatient', impatient);
  const closed = await callImpatient('POST', '/decisions', { input: { amount: 5 } });
  const closedId = closed.body.id as string;
  await eventually('its event', async () => (await events()).some(({ detail }) => detail.decision.id === closedId));
  reconnect = await cutOff(impatient, 'ReviewDispatch');
  const { body } = await callImpatient('POST', '/decisions', { input: { amount: 700 } });
  await callImpatient('POST', `/decisions/${closedId}/outcome`, { truth: 'good' });
  forgotten = { id: body.id as string, closedId, events };
  // The live definition asks a person about these, the candidate pays them.
  trials = await inParallel(Array.from({ length: TRIALS }), 6, () =>
    callImpatient('POST', '/decisions', { input: { amount: 15 } }),
  );
  const trial = await callTriage('PUT', '/prompts', { candidate: { version: 'prose', share: 0.5 }, reason: 'a try' });
  tried = { since: trial.body.since as string, answers: await triaged(mails.slice(60, 110)) };
  // Its model is not there: once nobody pins the mode, the pipeline notices.
  await callImpatient('PUT', '/mode', { release: true, reason: 'to its own devices' });
  await learn();
});

const triaged = (some: readonly (typeof mails)[number][]) =>
  inParallel(some, 4, (mail) => callTriage('POST', '/decisions', { input: mailInput(mail) }));

/** One approved application turns out bad, and a reviewer refuses what would have been paid, had it not been sampled. */
async function learn(): Promise<void> {
  const { body } = await call('POST', '/decisions', { input: applications[12]!.input });
  expect(body.outcome).toBe('approve');
  await call('POST', `/decisions/${body.id}/outcome`, { truth: 'bad' });
  const blind = await callSampled('POST', '/decisions', { input: { amount: 5 } });
  const reviewer = await person('reviewer', sampled);
  const { lease } = await eventually('the blind review', async () => {
    const { status, body: task } = await reviewer('POST', '/reviews/claims');
    return status === 200 && task.id === blind.body.id ? task : undefined;
  });
  const resolution = { lease, outcome: 'refuse', reason: 'OTHER' };
  expect((await reviewer('POST', `/reviews/${blind.body.id}/resolution`, resolution)).status).toBe(200);
}
afterAll(() => reconnect());

const cloudWatch = new CloudWatchClient(aws);
const MINUTES = 60_000;

/** The applications that the model knows, a few at a time, for as long as it takes. */
const usual = {
  done: Promise.resolve(),
  ended: false,
  begin(): void {
    this.done = (async () => {
      for (let i = 0; !this.ended; i = (i + 6) % 600)
        await inParallel(applications.slice(i, i + 6), 6, ({ input }) => call('POST', '/decisions', { input })).then(
          () => sleep(1_000),
        );
    })();
  },
  end(): Promise<void> {
    this.ended = true;
    return this.done;
  },
};

async function alarmState(): Promise<string> {
  const { MetricAlarms = [] } = await cloudWatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [creditRisk.alarms.drift] }),
  );
  return MetricAlarms[0]!.StateValue!;
}

async function datapoints(MetricName: string, dimensions: Record<string, string> = {}) {
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: 'Plumbline',
      MetricName,
      Dimensions: Object.entries({ Pipeline: 'credit-risk', ...dimensions }).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(Date.now() - 60 * MINUTES),
      EndTime: new Date(Date.now() + MINUTES),
      Period: 60,
      Statistics: ['Average', 'Maximum'],
    }),
  );
  return Datapoints.sort((a, b) => a.Timestamp!.getTime() - b.Timestamp!.getTime());
}

/** Waits until what was decided at a time has been judged: its window closes half a minute after its end. */
async function judged(at: string): Promise<void> {
  await eventually(
    'the windows to close',
    async () =>
      (await datapoints('Drift')).some(({ Timestamp }) => Timestamp!.getTime() > Date.parse(at) + 1.5 * MINUTES),
    6 * MINUTES,
  );
}

test(
  'the real applications raise no alarm, and a shift in two features does, before on-call by name',
  async () => {
    const events = await eventsOf('credit-risk', creditRisk);
    const messages = await onCallMessages(creditRisk);

    const last = await call('POST', '/decisions', { key: 'applications-699', input: applications[699]!.input });
    await judged(last.body.at as string);
    expect((await datapoints('Drift')).filter(({ Maximum }) => Maximum !== 0)).toEqual([]);
    expect(await alarmState()).not.toBe('ALARM');
    const ofDrift = async () => (await messages()).filter(({ Subject }) => Subject.endsWith('credit-risk Drift'));
    expect(await ofDrift()).toEqual([]);

    await call('PUT', '/mode', { release: true, reason: 'to its own devices' });
    // Loans become larger and longer: what the applicants are does not change.
    const shifted = applications.slice(0, 300).map(({ input }) => ({
      ...input,
      credit_amount: Math.round(Number(input.credit_amount) * 2.5),
      duration: Math.min(120, Number(input.duration) * 2),
    }));
    // All of them in one window, so that one message tells of both.
    await eventually('the first half of a minute', async () => new Date().getSeconds() < 25, MINUTES);
    const answers = await inParallel(shifted, 6, (input) => call('POST', '/decisions', { input }));
    expect(answers.every(({ status }) => status === 200 || status === 202)).toBe(true);

    const message = await eventually(
      'a message to on-call',
      async () => (await ofDrift()).find(({ Message }) => Message.includes('ALARM')),
      4 * MINUTES,
    );
    expect(message.Message).toMatch(/credit_amount: mean \d+ -> \d+, \d+ or more: \d\.\d % -> \d+ %/);
    expect(message.Message).toMatch(/duration: mean 20\.56 -> \d/);
    expect(message.Message).toMatch(/mean score 0\.\d+ -> 0\.\d+/);
    expect(message.Message).toMatch(/automated \d+ % -> \d+ %/);
    expect(message.Message).toContain('runbook.md#drift');
    expect(await alarmState()).toBe('ALARM');
    const health = await eventually('the drift in GET /health', async () => {
      const { status, body } = await (await person('operator'))('GET', '/health');
      expect(status).toBe(200);
      return Number(body.drift) > 0 ? (body as unknown as Health) : undefined;
    });
    expect(health.features.slice(0, 2).map(({ name }) => name)).toContain('credit_amount');
    expect(health.impact!.score!.to).toBeGreaterThan(health.impact!.score!.from);
    const event = await eventually('the event DriftDetected', async () =>
      (await events()).find((e) => e['detail-type'] === 'DriftDetected'),
    );
    expect(JSON.stringify(event.detail)).toContain('credit_amount');

    try {
      // Where the shifted ones fell into two windows, the first may name the larger loans alone: too little for the mode.
      const status = await eventually(
        'a more careful mode',
        async () => {
          const { body } = await call('GET', '/status');
          return body.mode !== 'normal' && body;
        },
        3 * MINUTES,
      );
      expect(status).toMatchObject({ pinned: false });
    } finally {
      // The test below waits for the end of the drift, whatever became of this one.
      usual.begin();
    }
  },
  15 * MINUTES,
);

afterAll(() => usual.end());

test('what the pipeline has been worth can be told, from what has been counted', async () => {
  const { code, body } = await run('report', CREDIT, '--no-report');
  expect(code).toBe(0);
  const { total, days } = body as unknown as BusinessImpact;
  // The shifted ones at least.
  expect(total.decisions).toBeGreaterThanOrEqual(300);
  expect(days.reduce((sum, { decisions }) => sum + decisions, 0)).toBe(total.decisions);
  expect(Object.values(total.routes).reduce((sum, n) => sum + n)).toBe(total.decisions);
  expect(total.automation).toBeGreaterThan(0.1);
  expect(total.expectedCost).toBeGreaterThan(0.3);
  expect(total.expectedCost).toBeLessThan(0.5);
  expect(total.realizedCost!.decisions).toBeGreaterThan(0);
  expect(total.avoided).toBeGreaterThan(0);
});

test('what has been counted can be the baseline of tomorrow', async () => {
  const out = scratchPath('rolling.json');
  const { code, stdout, stderr } = await runText('baseline', CREDIT, '--deployed', '--out', out);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/25\sfeatures over [\d,]+\srows/);
  expect(baselineFault(JSON.parse(readFileSync(out, 'utf8')))).toBeUndefined();
});

test('what the dashboard shows can be drawn from what the local stack has measured', async () => {
  const since = new Date(Date.now() - 60 * MINUTES);
  const routes = `SEARCH('{Plumbline,Pipeline,Route} MetricName="Decisions" Pipeline="credit-risk"', 'Sum', 60)`;
  const lines = await linesOf(
    localCloudWatch(info),
    [[{ expression: routes }], ['Plumbline', 'Latency', 'Pipeline', 'credit-risk', { stat: 'p95', label: 'p95' }]],
    since,
  );
  expect(lines.map(({ label }) => label)).toEqual(expect.arrayContaining(['automated', 'review', 'p95']));
  const automated = lines.find(({ label }) => label === 'automated')!;
  expect(automated.points.reduce((sum, [, value]) => sum + value, 0)).toBeGreaterThan(20);
});

test('each feature has its mean, variance, share of missing values and PSI as metrics', async () => {
  const { Metrics = [] } = await cloudWatch.send(
    new ListMetricsCommand({ Namespace: 'Plumbline', MetricName: 'FeaturePsi' }),
  );
  const features = Metrics.flatMap(({ Dimensions = [] }) =>
    Dimensions.filter(({ Name }) => Name === 'Feature').map(({ Value }) => Value!),
  );
  expect(new Set(features)).toEqual(new Set(expectedFeatures()));
  for (const metric of ['FeatureMean', 'FeatureVariance', 'FeatureMissing', 'FeaturePsi'])
    expect((await datapoints(metric, { Feature: 'credit_amount' })).length).toBeGreaterThan(0);
});

test('what turned out to be true is told of as cost and as errors, beside what the probabilities foretell', async () => {
  const of = async (metric: string, dimensions: Record<string, string> = {}) =>
    eventually(metric, async () => (await datapoints(metric, dimensions))[0], 3 * MINUTES);
  expect((await of('RealizedCost')).Maximum).toBe(5);
  expect((await of('AutomatedError', { Source: 'reported' })).Maximum).toBe(1);
  expect((await of('AutomatedError', { Pipeline: 'sampled', Source: 'sample' })).Average).toBe(1);
  const { Average } = await of('EstimatedError');
  expect(Average).toBeGreaterThan(0);
  expect(Average).toBeLessThan(0.5);
});

/** All that the example's definition lets the model see, and nothing protected. */
function expectedFeatures(): string[] {
  const { applicant_id: _id, personal_status: _protected, foreign_worker: _too, ...fields } = applications[0]!.input;
  const { id: _key, ...known } = applications[0]!.account;
  return [...Object.keys(fields), ...Object.keys(known), 'instalment'];
}

test(
  'what the stream never delivered is seen to by the sweeper: announced once, and its review ended',
  async () => {
    const { id, events } = forgotten;
    const ended = await eventually(
      'the sweeper',
      async () => {
        const { body } = await callImpatient('GET', `/decisions/${id}`);
        return body.status === 'resolved' ? body : undefined;
      },
      3 * MINUTES,
    );
    expect(ended).toMatchObject({ route: 'safe_default', outcome: 'refuse' });
    const of = async (type: string) =>
      (await events()).filter((event) => event['detail-type'] === type && event.detail.decision.id === id);
    await eventually('the event DecisionResolved', async () => (await of('DecisionResolved')).length > 0, 2 * MINUTES);
    for (const type of ['DecisionMade', 'ReviewRequested', 'DecisionResolved'])
      expect(new Set((await of(type)).map(({ detail }) => detail.eventId)).size).toBe(1);
  },
  6 * 60_000,
);

test(
  'a prompt that is bad is taken back by itself, and every mail is decided meanwhile',
  async () => {
    const { prompts } = await eventually(
      'the candidate to be taken back',
      async () => {
        const { body } = await callTriage('GET', '/status');
        return (body.prompts as PromptState).candidate === null && (body as { readonly prompts: PromptState });
      },
      4 * MINUTES,
    );
    expect(prompts).toMatchObject({ live: '1', reason: expect.stringMatching(/^version prose: unusable \d+ of \d+/) });
    expect(Date.parse(prompts.since!) - Date.parse(tried.since)).toBeLessThan(4 * MINUTES);
    const after = await triaged(mails.slice(110, 120));
    expect([...tried.answers, ...after].every(({ status }) => status === 200 || status === 202)).toBe(true);
    const promptsOf = async (answers: readonly Answer[]) =>
      Promise.all(answers.map(async ({ body }) => (await callTriage('GET', `/decisions/${body.id}`)).body.llm.prompt));
    expect(new Set(await promptsOf(tried.answers))).toEqual(new Set(['1', 'prose']));
    expect(new Set(await promptsOf(after))).toEqual(new Set(['1']));
  },
  6 * MINUTES,
);

test(
  'so is the truth of a decision that had been seen to before',
  async () => {
    const { closedId, events } = forgotten;
    const event = await eventually(
      'the event OutcomeRecorded',
      async () => (await events()).find(({ detail }) => detail.eventId === `${closedId}.OutcomeRecorded`),
      3 * MINUTES,
    );
    expect(event.detail).toMatchObject({ decision: { outcome: 'pay' }, truth: { label: 'good' } });
  },
  4 * MINUTES,
);

test(
  'a candidate decides its share of the requests, and what it would do otherwise is counted on all of them',
  async () => {
    const live = trials.filter(({ body }) => body.status === 'pending_review');
    const candidates = trials.filter(({ body }) => body.outcome === 'pay');
    expect(live.length + candidates.length).toBe(TRIALS);
    // Half of them, drawn by their ids: fewer than 8 or more than 32 of 40 come once in 10,000 runs.
    expect(candidates.length).toBeGreaterThanOrEqual(8);
    expect(candidates.length).toBeLessThanOrEqual(32);
    const versions = (answers: readonly Answer[]) => [...new Set(answers.map(({ body }) => body.version))];
    const [version] = versions(live);
    expect([...versions(live), ...versions(candidates)]).toEqual([version, expect.not.stringMatching(String(version))]);

    const status = await eventually(
      'the comparison',
      async () => {
        const { body } = await callImpatient('GET', '/status');
        return (body.candidate as { compared: number }).compared >= TRIALS && body;
      },
      6 * MINUTES,
    );
    expect(status).toMatchObject({
      version,
      candidate: { version: versions(candidates)[0], share: 0.5, flips: TRIALS, costPerDecision: null },
    });
  },
  7 * MINUTES,
);

test(
  'a pipeline whose model gives no answers becomes careful by itself, tells so, and says how often it had none',
  async () => {
    const status = await eventually(
      'the mode to move',
      async () => {
        const { body } = await callImpatient('GET', '/status');
        return body.mode !== 'normal' && body;
      },
      5 * MINUTES,
    );
    expect(status).toMatchObject({ pinned: false, reason: expect.stringMatching(/gave no answer in \d+/) });
    const { events } = forgotten;
    await eventually('its event', async () =>
      (await events()).some(
        ({ 'detail-type': type, detail }) =>
          type === 'ModeChanged' && (detail as unknown as { change: { by: string } }).change.by === 'plumbline',
      ),
    );
  },
  6 * MINUTES,
);

test(
  'once applications are as they were, the drift ends, and the mode returns by itself',
  async () => {
    await eventually(
      'the mode to return',
      async () => (await call('GET', '/status')).body.mode === 'normal',
      10 * MINUTES,
    );
    expect((await datapoints('Drift')).at(-1)!.Maximum).toBe(0);
    await eventually('the alarm to end', async () => (await alarmState()) === 'OK', 4 * MINUTES);
    // The accounts were written when the stack was made.
    expect((await datapoints('FeatureAge', { Lookup: 'accounts' })).at(-1)!.Maximum).toBeGreaterThan(0);
  },
  15 * MINUTES,
);
