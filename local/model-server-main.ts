import { readFileSync } from 'node:fs';
import { startModelServer } from './model-server';

// Usage: tsx local/model-server-main.ts <model.json> <endpoint name> <port> [<other endpoint>=<its server's address>]
const [file, endpointName, port, other] = process.argv.slice(2);
void startModelServer({
  model: JSON.parse(readFileSync(file!, 'utf8')),
  endpointName: endpointName!,
  port: Number(port),
  others: other === undefined ? {} : Object.fromEntries([other.split('=', 2)]),
}).then(({ url }) => process.stdout.write(`${url}\n`));
