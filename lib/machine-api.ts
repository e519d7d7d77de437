import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  type IResource,
  LambdaIntegration,
  LogGroupLogDestination,
  ResponseType,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { RouteSpec } from '../core/pipeline/routes';
import type { PipelineFunction } from './pipeline-function';

type Answering = 'decide' | 'validate' | 'infer' | 'outcome' | 'batches' | 'read' | 'mode';

export interface MachineApiProps {
  readonly pipelineName: string;
  /** The calls that the pipeline answers. */
  readonly routes: readonly RouteSpec[];
  readonly functions: Readonly<Record<Answering, PipelineFunction>>;
  /** @default RetentionDays.THREE_MONTHS */
  readonly logRetention?: RetentionDays | undefined;
}

const TITLES: Readonly<Record<string, string>> = {
  403: 'Forbidden',
  413: 'Content Too Large',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/** The API for machines: a REST API signed with IAM. */
export class MachineApi extends Construct {
  readonly api: RestApi;

  constructor(
    scope: Construct,
    id: string,
    { pipelineName, routes, functions, logRetention = RetentionDays.THREE_MONTHS }: MachineApiProps,
  ) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'AccessLog', {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api = new RestApi(this, 'Api', {
      description: `Machines' API of the pipeline ${pipelineName}`,
      endpointTypes: [EndpointType.REGIONAL],
      // An account that never had one refuses access logs; the setting is the account's and outlives the stack.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      defaultMethodOptions: { authorizationType: AuthorizationType.IAM },
      deployOptions: {
        stageName: 'v1',
        tracingEnabled: true,
        accessLogDestination: new LogGroupLogDestination(logGroup),
        // Ids and outcomes only: no address, no body.
        accessLogFormat: AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            at: '$context.requestTime',
            method: '$context.httpMethod',
            path: '$context.resourcePath',
            status: '$context.status',
          }),
        ),
      },
    });
    const integrations = Object.fromEntries(
      Object.entries(functions).map(([name, { live }]) => [
        name,
        new LambdaIntegration(live, { allowTestInvoke: false, scopePermissionToMethod: false }),
      ]),
    );
    const known = new Map<string, IResource>();
    for (const { method, path, handler, doors } of routes) {
      if (!doors.includes('machines')) continue;
      const resource = known.get(path) ?? this.api.root.resourceForPath(path);
      known.set(path, resource);
      resource.addMethod(method, integrations[handler]);
    }
    // Whatever else comes: the function answers 404 or 405.
    for (const resource of [this.api.root, ...known.values()]) resource.addMethod('ANY', integrations.read);
    this.api.root.addResource('{proxy+}').addMethod('ANY', integrations.read);
    this.shapeRefusals();
    this.explainFindings();
  }

  /** What API Gateway refuses itself carries the form of the other errors. */
  private shapeRefusals(): void {
    const refusals: [id: string, type: ResponseType, status: string | undefined, code: string, detail: string][] = [
      [
        'Unsigned',
        ResponseType.MISSING_AUTHENTICATION_TOKEN,
        '403',
        'UNSIGNED',
        'Sign the request with IAM credentials (SigV4).',
      ],
      ['Denied', ResponseType.ACCESS_DENIED, '403', 'ACCESS_DENIED', 'These credentials may not call this.'],
      [
        'BadSignature',
        ResponseType.INVALID_SIGNATURE,
        '403',
        'INVALID_SIGNATURE',
        'The signature does not match the request.',
      ],
      ['Expired', ResponseType.EXPIRED_TOKEN, '403', 'EXPIRED_TOKEN', 'The credentials have expired.'],
      ['TooLarge', ResponseType.REQUEST_TOO_LARGE, '413', 'BODY_TOO_LARGE', 'The body is too large.'],
      ['Throttled', ResponseType.THROTTLED, '429', 'THROTTLED', 'Too many requests; slow down.'],
      // It stands for many refusals, each with a status of its own, which a body cannot name.
      ['Client', ResponseType.DEFAULT_4XX, undefined, 'BAD_REQUEST', 'The request was refused.'],
      // Whatever failed, 502 and 504 too: what mends it is the same.
      ['Server', ResponseType.DEFAULT_5XX, '503', 'UNAVAILABLE', 'Try again with the same idempotency key.'],
    ];
    for (const [id, type, status, code, detail] of refusals) {
      const body = {
        type: `https://plumbline.dev/problems/${code.toLowerCase().replace(/_/g, '-')}`,
        ...(status === undefined ? { title: 'Refused' } : { title: TITLES[status], status: Number(status) }),
        detail,
        code,
      };
      this.api.addGatewayResponse(id, {
        type,
        ...(status === undefined ? {} : { statusCode: status }),
        responseHeaders: {
          'Content-Type': "'application/problem+json'",
          ...(id === 'Server' ? { 'Retry-After': "'1'" } : {}),
        },
        templates: { 'application/json': JSON.stringify(body) },
      });
    }
  }

  private explainFindings(): void {
    Validations.of(this.api).acknowledge(
      {
        id: 'AwsSolutions-APIG2',
        reason: 'The functions validate every body against the artifact, and name each fault by JSON pointer.',
      },
      {
        id: 'AwsSolutions-APIG3',
        reason: 'Only signed IAM callers get past the authorizer; a WAF can be attached to api.deploymentStage.',
      },
      {
        id: 'AwsSolutions-APIG6',
        reason: 'Execution logs hold bodies, that is personal data. Access logs without them are on.',
      },
      {
        id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
        reason: "AWS's own policy for API Gateway to write logs: an account has one such role, whatever its APIs are.",
      },
      { id: 'AwsSolutions-COG4', reason: 'Machines sign with IAM; people have an API of their own, with Cognito.' },
    );
  }
}
