import { App } from 'aws-cdk-lib';
import { LoanAccounts } from '../examples/credit-risk/loan-accounts';
import creditRisk from '../examples/credit-risk/pipeline';
import { PipelineStack, PlatformStack } from '../lib';

// The example without its random sample: the same application comes out alike each time.
const app = new App();
const platform = new PlatformStack(app, 'PlumblinePlatform', { passwordFlow: true });
const loans = new LoanAccounts(app, 'PlumblineLoanAccounts');
new PipelineStack(app, 'PlumblineCreditRisk', {
  definition: { ...creditRisk, review: { ...creditRisk.review, sample: 0 } },
  platform,
  actions: { 'open-account': loans.openAccount },
});
