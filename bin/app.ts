import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { LoanAccounts } from '../examples/credit-risk/loan-accounts';
import creditRisk from '../examples/credit-risk/pipeline';
import { PipelineStack, PlatformStack, XgboostEndpoint } from '../lib';

export const app = new App();
const platform = new PlatformStack(app, 'PlumblinePlatform');
const model = new Stack(app, 'PlumblineCreditRiskModel');
new XgboostEndpoint(model, 'Endpoint', {
  endpointName: creditRisk.model.endpoint,
  modelFile: join(__dirname, '../examples/credit-risk/model/model.json'),
});
const loans = new LoanAccounts(app, 'PlumblineLoanAccounts');
const pipeline = new PipelineStack(app, 'PlumblineCreditRisk', {
  definition: creditRisk,
  platform,
  actions: { 'open-account': loans.openAccount },
});
// The first request finds its model.
pipeline.addStackDependency(model);
