import { App, CfnOutput } from 'aws-cdk-lib';
import { LoanAccounts } from '../../examples/credit-risk/loan-accounts';
import { PipelineStack, PlatformStack } from '../../lib';
import { badDefinition, definition } from './definition';

const app = new App();
const platform = new PlatformStack(app, 'PlumblinePlatform', { passwordFlow: true });
const loans = new LoanAccounts(app, 'PlumblineLoanAccounts');
new PipelineStack(app, 'PlumblineCreditRisk', {
  definition: process.env.BAD_DEPLOY ? badDefinition : definition,
  platform,
  actions: { 'open-account': loans.openAccount },
});
new CfnOutput(loans, 'accounts', { value: loans.accounts.tableName });
