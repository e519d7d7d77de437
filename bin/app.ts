import { App } from 'aws-cdk-lib';
import creditRisk from '../examples/credit-risk/pipeline';
import { PipelineStack, PlatformStack } from '../lib';

const app = new App();
const platform = new PlatformStack(app, 'PlumblinePlatform');
new PipelineStack(app, 'PlumblineCreditRisk', { definition: creditRisk, platform });
