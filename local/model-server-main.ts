import { readFileSync } from 'node:fs';
import { startModelServer } from './model-server';

// Usage: tsx local/model-server-main.ts <model.json> <endpoint name> <port>
const [file, endpointName, port] = process.argv.slice(2);
void startModelServer({
  model: JSON.parse(readFileSync(file!, 'utf8')),
  endpointName: endpointName!,
  port: Number(port),
}).then(({ url }) => process.stdout.write(`${url}\n`));
