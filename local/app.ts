import { App } from 'aws-cdk-lib';
import { LoanAccounts } from '../examples/credit-risk/loan-accounts';
import creditRisk from '../examples/credit-risk/pipeline';
import mailTriage from '../examples/mail-triage/pipeline';
import { PipelineStack, PlatformStack } from '../lib';

// What `npm start` deploys: the stacks of bin/app.ts, but users may sign in by password, as scripts do; and a second
// example, whose language model is a stand-in here and the user's own on AWS.
const app = new App();
const platform = new PlatformStack(app, 'PlumblinePlatform', { passwordFlow: true });
const loans = new LoanAccounts(app, 'PlumblineLoanAccounts');
new PipelineStack(app, 'PlumblineCreditRisk', {
  definition: creditRisk,
  platform,
  actions: { 'open-account': loans.openAccount },
});
new PipelineStack(app, 'PlumblineMailTriage', { definition: mailTriage, platform });
