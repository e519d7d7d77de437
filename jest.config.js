/** @type {import('jest').Config} */
module.exports = {
  transform: { '^.+\\.[jt]s$': '<rootDir>/test/esbuild-transform.js' },
  // The CEL package is published as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!@marcbachmann/)'],
  modulePathIgnorePatterns: ['/dist/', '/cdk.out', '/.plumbline/'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // A limit for what hangs; how long a test takes is the machine's business.
  testTimeout: 60_000,
  testPathIgnorePatterns: ['/node_modules/', '/test/e2e/'],
};
