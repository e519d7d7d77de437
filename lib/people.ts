import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IUserPool, type IUserPoolClient, FeaturePlan, Mfa, UserPool } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';

export interface PeopleProps {
  /**
   * Whether users may sign in by name and password through the API, as scripts and tests do.
   * @default false
   */
  readonly passwordFlow?: boolean;
}

/** The people who work with pipelines: a Cognito user pool and the client that signs them in. */
export class People extends Construct {
  readonly userPool: IUserPool;
  readonly client: IUserPoolClient;

  constructor(scope: Construct, id: string, { passwordFlow = false }: PeopleProps = {}) {
    super(scope, id);
    const pool = new UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      signInAliases: { username: true, email: true },
      featurePlan: FeaturePlan.ESSENTIALS,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
      },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(pool).acknowledge(
      {
        id: 'AwsSolutions-COG2',
        reason: 'MFA is offered, not forced: whoever federates their own directory enforces it there.',
      },
      {
        id: 'AwsSolutions-COG8',
        reason:
          'The Plus plan, with threat protection, costs for each user; userPool.node.defaultChild can switch it on.',
      },
    );
    this.userPool = pool;
    this.client = pool.addClient('Console', {
      authFlows: { userSrp: true, userPassword: passwordFlow },
      // Without this, CDK opens the implicit flow to https://example.com.
      disableOAuth: true,
      preventUserExistenceErrors: true,
      generateSecret: false,
    });
  }
}
