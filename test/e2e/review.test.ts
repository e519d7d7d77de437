import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { eventsOf } from './listeners';
import {
  type PersonClient,
  applications,
  aws,
  call,
  callImpatient,
  callSampled,
  creditRisk,
  eventually,
  impatient,
  person,
  sampled,
} from './stack';

const LARGE = { ...applications[3]!.input, credit_amount: 17_000 };

/** Asks for one decision that a person must make. */
async function request(key: string): Promise<string> {
  const { status, body } = await call('POST', '/decisions', { key, input: LARGE });
  expect(status).toBe(202);
  return body.id as string;
}

/** Claims until it is the turn of this task; what comes before it is left leased. */
const claimTask = (reviewer: PersonClient, id: string) =>
  eventually(`the task ${id}`, async () => {
    const { status, body } = await reviewer('POST', '/reviews/claims');
    return status === 200 && body.id === id ? body : undefined;
  });

/** Works off what earlier tests have left, so that the next task is the only one. */
async function emptyQueue(reviewer: PersonClient): Promise<void> {
  const work = async () => {
    for (;;) {
      const { status, body } = await reviewer('POST', '/reviews/claims');
      if (status === 204) return;
      await reviewer('POST', `/reviews/${body.id}/resolution`, {
        lease: body.lease,
        outcome: 'decline',
        reason: 'OTHER',
      });
    }
  };
  await Promise.all([work(), work(), work(), work()]);
}

describe('a reviewer', () => {
  let reviewer: PersonClient;
  let colleague: PersonClient;

  beforeAll(async () => {
    reviewer = await person('reviewer');
    colleague = await person('second-reviewer');
    await emptyQueue(reviewer);
  });

  test('works off the whole backlog of real applications', async () => {
    expect((await reviewer('GET', '/reviews')).body.backlog).toBe(0);
  });

  test('decides a task of a definition that has moved on since, and is told that it has', async () => {
    const id = await request('review-moved-on');
    await new DynamoDBClient(aws).send(
      new UpdateItemCommand({
        TableName: creditRisk.decisionsTable,
        Key: { id: { S: id } },
        UpdateExpression: 'SET version = :before',
        ExpressionAttributeValues: { ':before': { S: 'sha256:before' } },
      }),
    );
    const { lease, task } = await claimTask(reviewer, id);
    expect(task).toMatchObject({ input: LARGE, decision: { version: 'sha256:before' } });
    expect(task.explanation).toMatchObject({ unavailable: 'OTHER_VERSION' });
    const resolved = await reviewer('POST', `/reviews/${id}/resolution`, {
      lease,
      outcome: 'decline',
      reason: 'OTHER',
    });
    expect(resolved).toMatchObject({ status: 200, body: { status: 'resolved', version: 'sha256:before' } });
  });

  test("a resolution shows in the decision, its history and an event, under the reviewer's name", async () => {
    const events = await eventsOf('credit-risk', creditRisk);
    const id = await request('review-resolved');
    const { lease, task, expiresAt } = await claimTask(reviewer, id);
    expect(task).toMatchObject({ input: LARGE, outcomes: ['approve', 'decline'], decision: { id, outcome: null } });
    expect(task.reasons).toContain('OTHER');
    expect(task.explanation).toMatchObject({
      reproduced: true,
      rules: expect.arrayContaining([expect.objectContaining({ id: 'large-loan', row: 1, matched: true })]),
      attributions: { scale: 'probability log-odds' },
    });
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    const resolution = { lease, outcome: 'approve', reason: 'INCOME_VERIFIED', note: 'Payslips seen.' };
    const resolved = await reviewer('POST', `/reviews/${id}/resolution`, resolution);
    expect(resolved).toMatchObject({ status: 200, body: { id, status: 'resolved', outcome: 'approve' } });

    const { body } = await call('GET', `/decisions/${id}`);
    expect(body).toMatchObject({ status: 'resolved', outcome: 'approve', route: 'review' });
    expect(body.history.map(({ type }: { type: string }) => type)).toEqual([
      'DecisionMade',
      'ReviewRequested',
      'ReviewResolved',
    ]);
    expect(body.history[2]).toMatchObject({ reason: 'INCOME_VERIFIED', note: 'Payslips seen.' });
    expect(body.history[2].by).toBeTruthy();
    expect(body.explanation).toEqual(task.explanation);

    const event = await eventually('the event DecisionResolved', async () =>
      (await events()).find((e) => e['detail-type'] === 'DecisionResolved' && e.detail.decision.id === id),
    );
    expect(event.detail.decision).toMatchObject({ status: 'resolved', outcome: 'approve' });

    // The caller who asks again by its key hears of the resolution: 200 now.
    const replay = await call('POST', '/decisions', { key: 'review-resolved', input: LARGE });
    expect(replay).toMatchObject({ status: 200, body: { id, outcome: 'approve' } });
    // A spent lease resolves nothing.
    const second = await reviewer('POST', `/reviews/${id}/resolution`, { ...resolution, outcome: 'decline' });
    expect(second.status).toBe(409);
    expect((await call('GET', `/decisions/${id}`)).body.outcome).toBe('approve');
  });

  test('a lease is held, extended and given back by its holder only', async () => {
    const id = await request('review-lease');
    const { lease, expiresAt } = await claimTask(reviewer, id);
    expect((await colleague('POST', `/reviews/${id}/heartbeat`, { lease })).status).toBe(409);
    expect((await colleague('POST', '/reviews/claims')).status).toBe(204);
    const extended = await reviewer('POST', `/reviews/${id}/heartbeat`, { lease });
    expect(extended.status).toBe(200);
    expect(Date.parse(extended.body.expiresAt)).toBeGreaterThanOrEqual(Date.parse(expiresAt));
    expect((await reviewer('POST', `/reviews/${id}/release`, { lease })).status).toBe(200);
    const theirs = await claimTask(colleague, id);
    const late = { lease, outcome: 'approve', reason: 'OTHER' };
    expect((await reviewer('POST', `/reviews/${id}/resolution`, late)).status).toBe(409);
    const done = { lease: theirs.lease, outcome: 'decline', reason: 'OTHER' };
    expect((await colleague('POST', `/reviews/${id}/resolution`, done)).status).toBe(200);
  });

  test('an outcome or reason that the pipeline does not know is refused by name, and the lease stays', async () => {
    const id = await request('review-invalid');
    const { lease } = await claimTask(reviewer, id);
    const { status, body } = await reviewer('POST', `/reviews/${id}/resolution`, {
      lease,
      outcome: 'maybe',
      reason: 'MOOD',
    });
    expect(status).toBe(422);
    expect(body.problems.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(['/outcome', '/reason']);
    const done = { lease, outcome: 'approve', reason: 'OTHER' };
    expect((await reviewer('POST', `/reviews/${id}/resolution`, done)).status).toBe(200);
  });

  test('two who claim at once get different tasks', async () => {
    const ids = await Promise.all(['review-two-a', 'review-two-b'].map(request));
    const tasks = await Promise.all(
      [reviewer, colleague].map((who) =>
        eventually('a task', async () => {
          const answer = await who('POST', '/reviews/claims');
          return answer.status === 200 ? { who, ...answer.body } : undefined;
        }),
      ),
    );
    expect(tasks.map(({ id }) => id).sort()).toEqual([...ids].sort());
    for (const { who, id, lease } of tasks)
      expect(
        (await who('POST', `/reviews/${id}/resolution`, { lease, outcome: 'approve', reason: 'OTHER' })).status,
      ).toBe(200);
  });
});

describe('a review that nobody works', () => {
  test('ends in the safe default when its SLA has passed, and is announced', async () => {
    const events = await eventsOf('impatient', impatient);
    const { status, body } = await callImpatient('POST', '/decisions', { input: { amount: 500 } });
    expect([status, body.reasons[0].code]).toEqual([202, 'MODEL_ERROR']);
    const ended = await eventually('the safe default', async () => {
      const answer = await callImpatient('GET', `/decisions/${body.id}`);
      return answer.body.status === 'resolved' ? answer.body : undefined;
    });
    expect(ended).toMatchObject({ route: 'safe_default', outcome: 'refuse' });
    expect(ended.history.at(-1)).toMatchObject({ type: 'ReviewExpired' });
    await eventually('the event DecisionResolved', async () =>
      (await events()).find((e) => e['detail-type'] === 'DecisionResolved' && e.detail.decision.id === body.id),
    );
    // Its task is still in the queue; nobody gets it any more.
    const reviewer = await person('reviewer', impatient);
    expect((await reviewer('POST', '/reviews/claims')).status).toBe(204);
  });

  test('a rule decides at once, without model or person', async () => {
    const { status, body } = await callImpatient('POST', '/decisions', { input: { amount: 5 } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ outcome: 'pay', route: 'automated', reasons: [{ code: 'SMALL' }] });
  });
});

test('who reviews a random sample learns what the pipeline would have done afterwards, and not before', async () => {
  const { status, body } = await callSampled('POST', '/decisions', { key: 'blind', input: { amount: 5 } });
  expect(status).toBe(202);
  const blind = { outcome: null, route: 'review', score: null, confidence: null, reasons: [{ code: 'SAMPLED' }] };
  expect(body).toMatchObject(blind);
  const read = async () => (await callSampled('GET', `/decisions/${body.id}`)).body;
  expect((await read()).explanation).toMatchObject({ unavailable: 'BLIND' });

  const reviewer = await person('reviewer', sampled);
  const { lease, task } = await claimTask(reviewer, body.id as string);
  expect(task.decision).toMatchObject(blind);
  expect(task.explanation).toMatchObject({ unavailable: 'BLIND' });
  expect(JSON.stringify(task)).not.toMatch(/SMALL|"sampled":/);
  const resolution = { lease, outcome: 'refuse', reason: 'OTHER' };
  expect((await reviewer('POST', `/reviews/${body.id}/resolution`, resolution)).status).toBe(200);
  // The person's outcome is the decision; what it would have been is told beside it.
  expect(await read()).toMatchObject({
    status: 'resolved',
    outcome: 'refuse',
    explanation: { reproduced: true, sampled: 'pay', rules: [{ id: 'small', matched: true }] },
  });
});
