import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionStatus,
  type SFNClient,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { ReviewWorkflow } from '../core/review/ports';

/** A review that failed this often has a cause that another start will not mend. */
const MOST_STARTS = 10;

/** Reviews as executions of a Step Functions state machine, named by decision id. */
export function sfnReviewWorkflow(client: SFNClient, stateMachineArn: string): ReviewWorkflow {
  async function tryStart(name: string, id: string): Promise<boolean> {
    try {
      await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify({ id }) }));
      return true;
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
      const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
      // A name that ran and failed does not count as started.
      return status === ExecutionStatus.RUNNING || status === ExecutionStatus.SUCCEEDED;
    }
  }

  return {
    async start(id) {
      for (let n = 0; n < MOST_STARTS; n++) if (await tryStart(n === 0 ? id : `${id}-${n}`, id)) return;
      throw new Error(`The review of ${id} failed ${MOST_STARTS} times.`);
    },
    async finish(taskToken, outcome) {
      await client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ outcome }) }));
    },
  };
}
