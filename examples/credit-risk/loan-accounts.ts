import { Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { JsonPath } from 'aws-cdk-lib/aws-stepfunctions';
import { DynamoAttributeValue, DynamoPutItem, DynamoUpdateItem } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { ActionWorkflow } from '../../lib';

/** The bank's side of an approval: its loan accounts and its ledger, and the workflow that opens an account. */
export class LoanAccounts extends Stack {
  /** One item an approval: `id` (the decision's), `status` (`open` or `cancelled`). */
  readonly accounts: Table;
  /** Bookings: `id`, `account`. */
  readonly ledger: Table;
  /** Opens an account and books the loan; if it cannot be booked, the account is cancelled. */
  readonly openAccount: StateMachine;

  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);
    const settings = {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    };
    this.accounts = new Table(this, 'Accounts', settings);
    this.ledger = new Table(this, 'Ledger', settings);

    const decisionId = DynamoAttributeValue.fromString(JsonPath.stringAt('$.decision.id'));
    const open = new DynamoPutItem(this, 'Open the account', {
      table: this.accounts,
      item: { id: decisionId, status: DynamoAttributeValue.fromString('open') },
      resultPath: JsonPath.DISCARD,
    });
    const cancel = new DynamoUpdateItem(this, 'Cancel the account', {
      table: this.accounts,
      key: { id: decisionId },
      updateExpression: 'SET #status = :cancelled',
      expressionAttributeNames: { '#status': 'status' },
      expressionAttributeValues: { ':cancelled': DynamoAttributeValue.fromString('cancelled') },
      resultPath: JsonPath.DISCARD,
    });
    const book = new DynamoPutItem(this, 'Book the loan', {
      table: this.ledger,
      item: { id: decisionId, account: decisionId },
      // Tried again after it was done, it finds its own booking.
      conditionExpression: 'attribute_not_exists(id) OR account = :account',
      expressionAttributeValues: { ':account': decisionId },
      resultPath: JsonPath.DISCARD,
    });
    const { stateMachine } = new ActionWorkflow(this, 'OpenAccount', {
      steps: [
        { do: open, undo: cancel },
        { do: book, finalErrors: ['DynamoDB.ConditionalCheckFailedException'] },
      ],
    });
    this.openAccount = stateMachine;
  }
}
