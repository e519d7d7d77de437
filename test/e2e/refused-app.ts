import { App, CfnResource, Stack } from 'aws-cdk-lib';

// The address of a function that there is not.
const stack = new Stack(new App(), 'Refused');
const properties = { TargetFunctionArn: 'nobody', AuthType: 'AWS_IAM' };
new CfnResource(stack, 'Address', { type: 'AWS::Lambda::Url', properties });
