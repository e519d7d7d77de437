import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAddress } from '../../../bin/api/address';

const folder = mkdtempSync(join(tmpdir(), 'plumbline-address-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const credentials = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local' };
const writeLocal = (...names: string[]) => {
  const pipelines = Object.fromEntries(names.map((name) => [name, { apiUrl: `http://127.0.0.1:1/${name}` }]));
  mkdirSync(join(folder, '.plumbline'), { recursive: true });
  const info = { region: 'us-east-1', credentials, pipelines };
  writeFileSync(join(folder, '.plumbline', 'local.json'), JSON.stringify(info));
};
const environment = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' };
const aws = 'https://abc123.execute-api.eu-central-1.amazonaws.com/v1';

test('an API that is named is asked with the credentials of the environment, in the region of its address', () => {
  const session = { ...environment, AWS_SESSION_TOKEN: 'token', AWS_REGION: 'us-west-2' };
  expect(findAddress({ api: `${aws}/` }, session, folder)).toEqual({
    apiUrl: aws,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' },
  });
});

test('under a name of its own, the environment tells the region', () => {
  const api = 'https://decisions.example.com';
  const regionIn = (more: Record<string, string>) => findAddress({ api }, { ...environment, ...more }, folder).region;
  expect(regionIn({ AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'us-east-2' })).toBe('us-west-2');
  expect(regionIn({ AWS_DEFAULT_REGION: 'us-east-2' })).toBe('us-east-2');
  expect(() => regionIn({})).toThrow('Set AWS_REGION');
});

test('without a name it is that of `npm start`, with its credentials', () => {
  writeLocal('credit-risk');
  const expected = { apiUrl: 'http://127.0.0.1:1/credit-risk', region: 'us-east-1', credentials };
  expect(findAddress({}, environment, folder)).toEqual(expected);
  expect(findAddress({ pipeline: 'credit-risk' }, {}, folder)).toEqual(expected);
});

test('of several pipelines one must be chosen', () => {
  writeLocal('credit-risk', 'refunds');
  expect(findAddress({ pipeline: 'refunds' }, {}, folder).apiUrl).toBe('http://127.0.0.1:1/refunds');
  expect(() => findAddress({}, {}, folder)).toThrow('Give --pipeline: one of credit-risk, refunds.');
  expect(() => findAddress({ pipeline: 'loans' }, {}, folder)).toThrow(/no pipeline "loans".*credit-risk, refunds/);
});

test('what is missing is asked for', () => {
  expect(() => findAddress({}, environment, join(folder, 'elsewhere'))).toThrow(/Which API\? Give --api <url>/);
  expect(() => findAddress({ api: aws }, {}, folder)).toThrow(/aws configure export-credentials --format env/);
  expect(() => findAddress({ api: 'credit-risk' }, environment, folder)).toThrow('--api credit-risk is no URL');
});
