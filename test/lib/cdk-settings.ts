import cdk from '../../cdk.json';

// What the CDK command line would hand to the app. It must be there before the app is made: import this file first.
process.env.CDK_CONTEXT_JSON = JSON.stringify(cdk.context);
// CDK's own template checks take a second and a half to start; cfn-lint.test.ts checks the same, and more.
process.env.CDK_VALIDATION = 'false';
