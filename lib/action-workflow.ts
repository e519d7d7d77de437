import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  DefinitionBody,
  Fail,
  type IChainable,
  JsonPath,
  LogLevel,
  type RetryProps,
  StateMachine,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge';

/**
 * A step of an action. Both tasks must be idempotent, for they are tried again, and discard their results
 * (`resultPath: JsonPath.DISCARD`), so that each sees `$.decision`.
 */
export interface ActionStep {
  readonly do: TaskStateBase;
  /**
   * Takes back what `do` did, when it or a later step fails for good. It is also run where `do` failed itself, which may
   * have happened all the same. @default - nothing to take back
   */
  readonly undo?: TaskStateBase;
  /** Errors of `do` that trying again cannot mend. @default - every error is tried again */
  readonly finalErrors?: readonly string[];
}

export interface ActionWorkflowProps {
  /** In the order in which they are done. */
  readonly steps: readonly ActionStep[];
  /** @default RetentionDays.THREE_MONTHS */
  readonly logRetention?: RetentionDays;
}

/** `do` is tried for about a minute, `undo` for about half a day: something half done should not stay so. */
const DO_RETRY: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(2),
  maxAttempts: 5,
  backoffRate: 2,
};
const UNDO_RETRY: RetryProps = { ...DO_RETRY, maxAttempts: 50, maxDelay: Duration.minutes(15) };

/**
 * The workflow of an action: its steps in order, each tried again when it fails, and when one fails for good, what was
 * done is undone in the reverse order (Garcia-Molina and Salem, "Sagas", 1987). It then ends as failed, with the error
 * `Undone`, or `NotUndone` where that failed too and a person has to. Its input is `{ "action", "decision" }`, the
 * public decision without the request's input, which must not lie in execution histories.
 */
export class ActionWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, { steps, logRetention }: ActionWorkflowProps) {
    super(scope, id);
    if (steps.length === 0) throw new Error(`${this.node.path}: an action has at least one step.`);
    const keepers = steps
      .flatMap((step) => [step.do, ...(step.undo ? [step.undo] : [])])
      .filter((task) => (task.toStateJson() as { ResultPath?: string }).ResultPath !== JsonPath.DISCARD);
    if (keepers.length > 0)
      throw new Error(
        `${this.node.path}: what ${keepers.map(({ node }) => `"${node.id}"`).join(', ')} answers would take the place of the decision. Give it resultPath: JsonPath.DISCARD.`,
      );

    const notUndone = new Fail(this, 'Not undone', {
      error: 'NotUndone',
      cause: 'The action failed, and what it had done could not be undone: a person has to.',
    });
    let undoing: IChainable = new Fail(this, 'Undone', {
      error: 'Undone',
      cause: 'The action failed; what it had done has been undone.',
    });
    steps.forEach((step, i) => {
      if (step.undo) {
        step.undo.addRetry(UNDO_RETRY);
        step.undo.addCatch(notUndone, { resultPath: '$.undoing' });
        step.undo.next(undoing);
        undoing = step.undo;
      }
      // Where several retriers match, the first counts.
      if (step.finalErrors?.length) step.do.addRetry({ errors: [...step.finalErrors], maxAttempts: 0 });
      step.do.addRetry(DO_RETRY);
      step.do.addCatch(undoing, { resultPath: '$.failure' });
      if (i > 0) steps[i - 1]!.do.next(step.do);
    });

    const destination = new LogGroup(this, 'Log', {
      logGroupName: workflowLogName(this),
      retention: logRetention ?? RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stateMachine = new StateMachine(this, 'Workflow', {
      definitionBody: DefinitionBody.fromChainable(steps[0]!.do),
      logs: { destination, level: LogLevel.ALL, includeExecutionData: false },
      tracingEnabled: true,
    });
    acknowledgeWildcard(this.stateMachine.role, '*', 'Log delivery and X-Ray know no resources.');
  }
}

/** This prefix keeps the account's resource policy for logs from growing with each group. */
export const workflowLogName = (scope: Construct): string =>
  `/aws/vendedlogs/states/${Stack.of(scope).stackName}-${scope.node.addr}`;
