import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { ActionWorkflows } from '../core/review/ports';

/**
 * Actions as executions of Step Functions state machines, named by decision id: Step Functions starts no name twice for
 * 90 days, far longer than an outbox waits. One that failed has been undone, or is a person's to see to; either way it
 * is not started again.
 */
export function sfnActionWorkflows(
  client: SFNClient,
  stateMachineArns: Readonly<Record<string, string>>,
): ActionWorkflows {
  return {
    async start(action, decision) {
      const stateMachineArn = stateMachineArns[action];
      if (stateMachineArn === undefined) throw new Error(`No state machine is known for the action ${action}.`);
      const input = JSON.stringify({ action, decision });
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name: decision.id, input }));
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
      }
    },
  };
}
