import { ofPipeline, pipeline, platform, ref, idOf, resources, scripted, template } from './alone';
import { Match } from 'aws-cdk-lib/assertions';
import { routesOf } from '../../core/pipeline/routes';
import type { PlatformStack } from '../../lib';
import { type Resource, assembly, ofType, resourcesOf } from './templates';

describe('machines’ API', () => {
  test('takes signed calls only', () => {
    const methods = ofPipeline('AWS::ApiGateway::Method');
    expect(methods.length).toBeGreaterThan(10);
    expect(methods.filter(({ AuthorizationType }) => AuthorizationType !== 'AWS_IAM')).toEqual([]);
  });

  test('answers every path and method, known or not', () => {
    const paths = new Map(
      ofType(resources, 'AWS::ApiGateway::Resource').map(([id, { Properties }]) => [id, Properties]),
    );
    const pathOf = (id: string | undefined): string =>
      id && paths.has(id) ? `${pathOf(paths.get(id)!.ParentId.Ref)}/${paths.get(id)!.PathPart}` : '';
    const calls = ofPipeline('AWS::ApiGateway::Method').map(
      ({ HttpMethod, ResourceId }) => `${HttpMethod} ${pathOf(ResourceId.Ref) || '/'}`,
    );
    const known = routesOf({ kind: 'sagemaker' }).filter(({ doors }) => doors.includes('machines'));
    const any = ['/', '/{proxy+}', ...new Set(known.map(({ path }) => path))].map((path) => `ANY ${path}`);
    expect(calls.sort()).toEqual([...known.map(({ method, path }) => `${method} ${path}`), ...any].sort());
  });

  test('refuses in the form of all other errors', () => {
    const responses = ofPipeline('AWS::ApiGateway::GatewayResponse');
    expect(responses.map(({ ResponseType }) => ResponseType)).toEqual(
      expect.arrayContaining([
        'MISSING_AUTHENTICATION_TOKEN',
        'ACCESS_DENIED',
        'THROTTLED',
        'DEFAULT_4XX',
        'DEFAULT_5XX',
      ]),
    );
    for (const { ResponseParameters, ResponseTemplates } of responses) {
      expect(ResponseParameters['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'");
      expect(Object.keys(JSON.parse(ResponseTemplates['application/json']))).toEqual(
        expect.arrayContaining(['code', 'detail', 'title', 'type']),
      );
    }
  });

  test('says no other status than it answers with', () => {
    const told = ofPipeline('AWS::ApiGateway::GatewayResponse').map(
      ({ ResponseType, StatusCode, ResponseTemplates }) => {
        const { status } = JSON.parse(ResponseTemplates['application/json']) as { status?: number };
        expect([ResponseType, status === undefined ? undefined : String(status)]).toEqual([ResponseType, StatusCode]);
        return [ResponseType, status] as const;
      },
    );
    // Those that only the status tells apart name none.
    expect(told.filter(([, status]) => status === undefined)).toEqual([['DEFAULT_4XX', undefined]]);
    expect(told).toContainEqual(['DEFAULT_5XX', 503]);
  });
});

describe('people’s API', () => {
  test('takes tokens of its pool only, on every route', () => {
    const [authorizer, ...others] = ofType(resources, 'AWS::ApiGatewayV2::Authorizer');
    expect(others).toEqual([]);
    const { userPool, client } = pipeline.people!;
    expect(authorizer![1].Properties).toMatchObject({
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Audience: [ref(client)] },
    });
    expect(JSON.stringify(authorizer![1].Properties.JwtConfiguration.Issuer)).toContain(idOf(userPool));
    for (const route of ofPipeline('AWS::ApiGatewayV2::Route'))
      expect(route).toMatchObject({ AuthorizationType: 'JWT', AuthorizerId: { Ref: authorizer![0] } });
  });

  test('answers every path', () => {
    const known = routesOf({ kind: 'sagemaker' })
      .filter(({ doors }) => doors.includes('people'))
      .map(({ method, path }) => `${method} ${path}`);
    expect(
      ofPipeline('AWS::ApiGatewayV2::Route')
        .map(({ RouteKey }) => RouteKey)
        .sort(),
    ).toEqual([...known, 'ANY /', 'ANY /{proxy+}'].sort());
  });

  test('lets no other site call it from a browser', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.absent() });
  });

  test('knows four kinds of people', () => {
    expect(
      ofPipeline('AWS::Cognito::UserPoolGroup')
        .map(({ GroupName }) => GroupName)
        .sort(),
    ).toEqual(['auditor', 'lead', 'operator', 'reviewer'].map((role) => `credit-risk.${role}`));
  });
});

describe('people', () => {
  const clientOf = (of: PlatformStack) => ofType(resourcesOf(of), 'AWS::Cognito::UserPoolClient')[0]![1].Properties;

  test('do not sign in by password through the API', () => {
    expect(clientOf(platform).ExplicitAuthFlows).toEqual(['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']);
    const [client] = ofPipeline('AWS::Cognito::UserPoolClient');
    expect(client!.ExplicitAuthFlows).not.toContain('ALLOW_USER_PASSWORD_AUTH');
    // What is deployed, too.
    const { template: deployed } = assembly.getStackByName('PlumblinePlatform');
    expect(JSON.stringify(deployed)).not.toContain('ALLOW_USER_PASSWORD_AUTH');
  });

  test('do, where the platform is asked for it', () => {
    expect(clientOf(scripted).ExplicitAuthFlows).toContain('ALLOW_USER_PASSWORD_AUTH');
  });

  test('are sent nowhere by OAuth, and not told which names exist', () => {
    expect(clientOf(platform)).toMatchObject({ AllowedOAuthFlowsUserPoolClient: false, GenerateSecret: false });
    expect(clientOf(platform)).not.toHaveProperty('CallbackURLs');
    expect(clientOf(platform).PreventUserExistenceErrors).toBe('ENABLED');
  });

  test('are made by an administrator, and kept', () => {
    const [[, pool]] = ofType(resourcesOf(platform), 'AWS::Cognito::UserPool') as [[string, Resource]];
    expect(pool.Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      DeletionProtection: 'ACTIVE',
    });
    expect(pool.DeletionPolicy).toBe('Retain');
  });
});
