import { spawnSync } from 'node:child_process';
import type { Decision } from '../../core/decision/decision';
import type { Explained } from '../../core/explanation/explanation';
import definition from '../../examples/credit-risk/pipeline';
import { sendAll } from '../../local/send';
import { summarize } from '../../local/summary';
import { eventsOf } from './listeners';
import { inRoot } from '../../local/paths';
import { DEADLINE_MS, applications, call, creditRisk, eventually, info, person, unseenRows } from './stack';

/** The main job: what `npm start` does, and what follows from it. */
describe('700 real applications', () => {
  let sent: Awaited<ReturnType<typeof sendAll>>;
  let events: Awaited<ReturnType<typeof eventsOf>>;

  beforeAll(async () => {
    events = await eventsOf('credit-risk', creditRisk);
    sent = await sendAll(
      call,
      'applications',
      applications.map(({ input }) => input),
      'applications',
    );
  });

  test('each has exactly one decision, which is on record as it was answered', () => {
    expect(summarize(definition, applications, sent, unseenRows)).toMatchObject({ decisions: 700, lost: 0, double: 0 });
    for (const { decision, recorded } of sent) expect(recorded).toMatchObject({ ...decision });
  });

  test('each is decided, or waits for a person, and the status code says which', () => {
    for (const { status, decision } of sent) {
      const pending = decision!.status === 'pending_review';
      expect([status, decision!.outcome === null, decision!.route === 'review']).toEqual([
        pending ? 202 : 200,
        pending,
        pending,
      ]);
      expect(decision!.reasons.length).toBeGreaterThan(0);
    }
  });

  test('each is explained: decided again from its record it comes out the same, at the prices that it was decided by', () => {
    const explained = sent.map(({ recorded }) => recorded as Decision & { readonly explanation: Explained });
    for (const { explanation } of explained) expect(explanation.reproduced).toBe(true);
    // A model that is slow for a moment leaves no score to explain.
    const scored = explained.filter(({ score }) => score !== null);
    expect(scored.length).toBeGreaterThan(650);
    for (const { explanation, reasons } of scored) {
      expect(explanation.attributions).toMatchObject({ label: 'bad', scale: 'probability log-odds' });
      const prices = explanation.options!.map(({ option, expectedCost }) => `${option} ${expectedCost}`);
      const { detail } = reasons.find(({ code }) => /EXPECTED_COST|REVIEW_CHEAPER/.test(code)) ?? {};
      if (detail) expect(detail.replace('expected cost: ', '').split(', ').sort()).toEqual(prices.sort());
    }
  });

  test('the command line tells it to a person', () => {
    const byCost = ({ decision }: (typeof sent)[number]) => decision!.reasons[0]!.code === 'EXPECTED_COST';
    const { id } = sent.find((one) => byCost(one) && one.decision!.outcome === 'decline')!.decision!;
    const { accessKeyId, secretAccessKey } = info.credentials;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [inRoot('bin/plumbline.js'), 'explain', id, '--api', creditRisk.apiUrl],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          AWS_ACCESS_KEY_ID: accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          AWS_REGION: info.region,
        },
      },
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/Decided automatically: decline\n {2}In expectation decline costs 0\.\d\d/);
    expect(stdout).toMatch(/What moved the probability of bad/);
  });

  test('each is decided inside the deadline', () => {
    for (const { decision } of sent) expect(decision!.timings.totalMs).toBeLessThanOrEqual(DEADLINE_MS);
  });

  test('the policy costs less than the best single threshold, on rows that the model never saw', () => {
    const { unseen } = summarize(definition, applications, sent, unseenRows);
    expect(unseen.rows).toBe(250);
    expect(unseen).toMatchObject({ asSimulated: 250, sampled: 0 });
    expect(unseen.costPerApplication).toBeLessThan(unseen.bestThreshold.costPerApplication);
    expect(unseen.costPerApplication).toBeLessThan(unseen.allReview.costPerApplication);
  });

  test('loans above the limit wait for a person whatever the model says', () => {
    const large = applications.flatMap(({ input }, row) => (Number(input.credit_amount) > 15_000 ? [sent[row]!] : []));
    expect(large.length).toBeGreaterThan(0);
    for (const { decision } of large) expect(decision!.reasons[0]!.code).toBe('LARGE_LOAN');
  });

  test('the backlog holds exactly those that wait', async () => {
    const { status, body } = await (await person('reviewer'))('GET', '/reviews');
    expect(status).toBe(200);
    expect(body.backlog).toBe(sent.filter(({ decision }) => decision!.status === 'pending_review').length);
    expect(JSON.stringify(body)).not.toMatch(/lease|taskToken|applicant/);
  });

  test('each is announced as made, and each that waits as a review, without the input', async () => {
    const ids = (wanted: (decision: Decision) => boolean) =>
      sent.flatMap(({ decision }) => (wanted(decision!) ? [decision!.id] : [])).sort();
    const announced = await eventually('an event of each decision', async () => {
      const all = await events();
      const of = (type: string) => [
        ...new Set(all.filter((e) => e['detail-type'] === type).map((e) => e.detail.decision.id)),
      ];
      const made = of('DecisionMade').sort();
      const reviews = of('ReviewRequested').sort();
      return made.length >= 700 && reviews.length >= ids((d) => d.status === 'pending_review').length
        ? { all, made, reviews }
        : undefined;
    });
    expect(announced.made).toEqual(ids(() => true));
    expect(announced.reviews).toEqual(ids(({ status }) => status === 'pending_review'));
    expect(JSON.stringify(announced.all)).not.toMatch(/applicant|credit_amount"/);
  });
});
