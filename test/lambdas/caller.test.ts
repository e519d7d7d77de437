import { readCaller } from '../../lambdas/_runtime/caller';
import { readAsker } from '../../lambdas/_runtime/asker';
import type { ApiRequest } from '../../lambdas/_runtime/http';

const request = (context: object): ApiRequest => ({
  method: 'GET',
  path: '/',
  body: '',
  headers: {},
  context: { ...context },
});
const machine = (userArn: string | null) => request({ identity: { userArn } });
const person = (claims: object | undefined) => request({ http: { method: 'GET' }, authorizer: { jwt: { claims } } });

describe('a machine is', () => {
  test.each([
    ['arn:aws:iam::123456789012:user/loans', '123456789012:user/loans'],
    ['arn:aws:iam::123456789012:user/team/loans', '123456789012:user/team/loans'],
    ['arn:aws:sts::123456789012:assumed-role/LoanService/i-0abc', '123456789012:role/LoanService'],
    ['arn:aws:sts::123456789012:assumed-role/LoanService/other-session', '123456789012:role/LoanService'],
    ['arn:aws-cn:sts::123456789012:assumed-role/LoanService/s', '123456789012:role/LoanService'],
    ['arn:aws:iam::123456789012:root', '123456789012:root'],
  ])('%s: %s', (arn, caller) => {
    expect(readCaller(machine(arn))).toBe(caller);
  });

  test.each([
    null,
    '',
    'nobody',
    'arn:aws:iam::123:user/short',
    'arn:aws:iam::123456789012:group/x',
    'x arn:aws:iam::123456789012:root',
  ])('nobody: %j', (arn) => {
    expect(readCaller(machine(arn))).toBeUndefined();
    expect(readAsker(machine(arn), 'loans')).toMatchObject({ refusal: { statusCode: 403 } });
  });
});

describe('a person', () => {
  const claims = { token_use: 'id', sub: 'ann', 'cognito:groups': '[loans.reviewer other]' };
  const roles = (groups: unknown) => {
    const asker = readAsker(person({ ...claims, 'cognito:groups': groups }), 'loans');
    if ('refusal' in asker) return asker.refusal.statusCode;
    return 'person' in asker ? [...asker.person.roles] : asker.caller;
  };

  test.each([
    ['as API Gateway writes groups', '[loans.reviewer loans.lead]', ['reviewer', 'lead']],
    ['as a list', ['loans.operator', 'else'], ['operator']],
  ])('has roles by group, %s', (_how, groups, expected) => {
    expect(roles(groups)).toEqual(expected);
  });

  test.each([
    ['another pipeline', '[refunds.reviewer]'],
    ['a longer name', '[loans.reviewer2 xloans.reviewer loans.reviewer.x]'],
    ['a comma in a name', '[x,loans.reviewer]'],
    ['a comma in a name of a list', ['x,loans.reviewer']],
    ['another case', '[Loans.Reviewer]'],
    ['no group', undefined],
    ['an object', { 'loans.reviewer': true }],
  ])('has none by %s', (_what, groups) => {
    expect(roles(groups)).toBe(403);
  });

  test.each([
    ['an access token', { ...claims, token_use: 'access' }],
    ['no use', { ...claims, token_use: undefined }],
    ['no subject', { ...claims, sub: undefined }],
    ['no claims', undefined],
  ])('is nobody with %s', (_what, given) => {
    expect(readAsker(person(given), 'loans')).toMatchObject({ refusal: { statusCode: 401 } });
  });
});
