import { Duration } from 'aws-cdk-lib';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { MODE_ENV } from '../lambdas/mode/env';
import { PipelineFunction, type RuntimeSettings } from './pipeline-function';
import type { Store } from './store';

export interface ControlProps {
  readonly settings: RuntimeSettings;
  readonly store: Store;
  readonly eventBus: IEventBus;
}

/** How much the pipeline decides alone, as operators set it. (The evaluation moves it by itself: see `Drift`.) */
export class Control extends Construct {
  readonly modeFunction: PipelineFunction;

  constructor(scope: Construct, id: string, { settings, store, eventBus }: ControlProps) {
    super(scope, id);
    const { kind } = settings.artifact.artifact.definition.model;
    this.modeFunction = new PipelineFunction(this, 'Mode', {
      settings,
      name: 'mode',
      description: kind === 'llm' ? 'PUT /mode, PUT /prompts' : 'PUT /mode',
      env: MODE_ENV,
      values: { stateTable: store.stateTable.tableName, eventBus: eventBus.eventBusName },
      timeout: Duration.seconds(10),
    });
    this.modeFunction.allowItems(
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      store.stateTable,
      ...(kind === 'llm' ? ['mode', 'prompts'] : ['mode']),
    );
    this.modeFunction.allow(['events:PutEvents'], [eventBus.eventBusArn]);
  }
}
