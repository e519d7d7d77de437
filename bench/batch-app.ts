import { App } from 'aws-cdk-lib';
import creditRisk from '../examples/credit-risk/pipeline';
import { PipelineStack, PlatformStack, thresholds } from '../lib';

// The example, but with few reviews, which end soon, and without actions: the emulator gives each workflow that waits a
// thread, and has too few for tens of thousands. Nor is there a random sample: one application comes out alike each time.
const { actions: _, ...definition } = creditRisk;
const { evidence: __, ...decide } = definition.decide;
const app = new App();
const platform = new PlatformStack(app, 'PlumblinePlatform', { passwordFlow: true });
new PipelineStack(app, 'PlumblineCreditRisk', {
  definition: {
    ...definition,
    decide: { ...decide, policy: thresholds({ approve: { below: 0.5 }, decline: { from: 0.5 } }) },
    review: { sla: '15s', lease: '10s' },
  },
  platform,
});
