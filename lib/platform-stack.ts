import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { People, type PeopleProps } from './people';

export interface PlatformStackProps extends StackProps, PeopleProps {}

/** What the pipelines of an account share: the people who work with them, and the bus for their events. */
export class PlatformStack extends Stack {
  readonly people: People;
  readonly eventBus: EventBus;

  constructor(scope: Construct, id: string, props: PlatformStackProps = {}) {
    super(scope, id, props);
    this.people = new People(this, 'People', props);
    this.eventBus = new EventBus(this, 'Events');
    new CfnOutput(this, 'UserPoolId', { value: this.people.userPool.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: this.people.client.userPoolClientId });
  }
}
