import { ABOUT, startLlmServer } from './llm-server';

// Usage: tsx local/llm-server-main.ts <endpoint name> <port> [<milliseconds between the tokens of a stream>]
const [endpointName, port, tokenMs = '0'] = process.argv.slice(2);
void startLlmServer({ endpointName: endpointName!, port: Number(port), tokenMs: Number(tokenMs) }).then(({ url }) =>
  process.stdout.write(`${url} ${ABOUT}\n`),
);
