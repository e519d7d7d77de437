const swc = ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }];

/** @type {import('jest').Config} */
module.exports = {
  transform: { '^.+\\.[jt]s$': swc },
  // The CEL package is published as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!@marcbachmann/)'],
  modulePathIgnorePatterns: ['/dist/', '/cdk.out', '/.plumbline/'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/test/e2e/'],
};
