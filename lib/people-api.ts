import { CfnUserPoolGroup } from 'aws-cdk-lib/aws-cognito';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IUserPool, IUserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { RouteSpec } from '../core/pipeline/routes';
import type { PipelineFunction } from './pipeline-function';

export interface PeopleApiProps {
  readonly pipelineName: string;
  /** The calls that the pipeline answers. */
  readonly routes: readonly RouteSpec[];
  readonly userPool: IUserPool;
  readonly userPoolClients: readonly IUserPoolClient[];
  readonly functions: Readonly<Record<'read' | 'reviews' | 'mode', PipelineFunction>>;
  /** @default RetentionDays.THREE_MONTHS */
  readonly logRetention?: RetentionDays | undefined;
}

const ROLES = {
  reviewer: 'Works the review queue',
  lead: 'Leads the reviewers',
  operator: 'Steers the mode',
  auditor: 'Reads every decision',
};

/** The API for people: an HTTP API behind a JWT authorizer on the user pool. */
export class PeopleApi extends Construct {
  readonly api: HttpApi;

  constructor(
    scope: Construct,
    id: string,
    {
      pipelineName,
      routes,
      userPool,
      userPoolClients,
      functions,
      logRetention = RetentionDays.THREE_MONTHS,
    }: PeopleApiProps,
  ) {
    super(scope, id);
    const { region } = Stack.of(this);
    const authorizer = new HttpJwtAuthorizer(
      'People',
      `https://cognito-idp.${region}.amazonaws.com/${userPool.userPoolId}`,
      {
        jwtAudience: userPoolClients.map(({ userPoolClientId }) => userPoolClientId),
      },
    );
    this.api = new HttpApi(this, 'Api', {
      description: `People's API of the pipeline ${pipelineName}`,
      createDefaultStage: false,
      defaultAuthorizer: authorizer,
    });
    const logGroup = new LogGroup(this, 'AccessLog', {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      // Who called is in the pipeline's own history; the log names requests only.
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            at: '$context.requestTime',
            route: '$context.routeKey',
            status: '$context.status',
          }),
        ),
      },
    });
    const integration = (name: keyof typeof functions) =>
      new HttpLambdaIntegration(name, functions[name].live, {
        payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
        scopePermissionToRoute: false,
      });
    const integrations: Partial<Record<RouteSpec['handler'], HttpLambdaIntegration>> = {
      read: integration('read'),
      reviews: integration('reviews'),
      mode: integration('mode'),
    };
    for (const { method, path, handler, doors } of routes) {
      const answering = integrations[handler];
      if (!doors.includes('people') || !answering) continue;
      this.api.addRoutes({ path, methods: [HttpMethod[method]], integration: answering });
    }
    // Whatever else comes: the function answers 404 or 405.
    for (const path of ['/', '/{proxy+}'])
      this.api.addRoutes({ path, methods: [HttpMethod.ANY], integration: integrations.read! });
    for (const [role, description] of Object.entries(ROLES))
      new CfnUserPoolGroup(this, `Group-${role}`, {
        userPoolId: userPool.userPoolId,
        groupName: `${pipelineName}.${role}`,
        description,
      });
  }
}
