import { randomBytes } from 'node:crypto';
import { dynamoDecisionStore } from '../../adapters/dynamo-decision-store';
import { dynamoFirstRead } from '../../adapters/dynamo-first-read';
import type { DecidePorts } from '../../core/decision/decide-request';
import type { Pipeline } from '../../core/pipeline/compile';
import { guardFirstRead } from '../../core/resilience/guard';
import { requestDynamo } from './clients';
import { readIdSecret } from './id-secret';
import { systemClock } from './system-clock';

/** What a function that decides works with, whichever way requests come in. */
export async function decidePorts(
  { budget, llm }: Pipeline,
  env: Readonly<Record<'decisionsTable' | 'stateTable' | 'featureTables' | 'idSecret', string>>,
): Promise<DecidePorts> {
  const dynamo = requestDynamo();
  const tables = {
    decisions: env.decisionsTable,
    state: env.stateTable,
    prompts: llm !== undefined,
    features: JSON.parse(env.featureTables) as Record<string, string>,
  };
  return {
    firstRead: guardFirstRead(dynamoFirstRead(dynamo, tables), budget, systemClock),
    store: dynamoDecisionStore(dynamo, env.decisionsTable),
    clock: systemClock,
    modeMemory: {},
    random: () => randomBytes(10),
    idSecret: await readIdSecret(env.idSecret),
  };
}
