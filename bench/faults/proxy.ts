import { type IncomingMessage, type ServerResponse, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A call of an AWS service, as far as faults go by it. */
export interface Call {
  /** Such as `DynamoDB_20120810.PutItem`. */
  readonly target: string;
  readonly body: string;
}

/** What becomes of a call. */
export type Fate =
  | { readonly kind: 'pass'; readonly afterMs?: number; /** Shifts the answer's clock. */ readonly skewMs?: number }
  /** The connection breaks before the service hears of the call. */
  | { readonly kind: 'reset' }
  /** The service does it, and nobody hears of that. */
  | { readonly kind: 'lose answer' }
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string };

export const PASS: Fate = { kind: 'pass' };

/** Stands before the emulator, and does to the functions' calls what a fault asks for. */
export class FaultyProxy {
  url = '';
  /** Where calls go on to. */
  upstream = '';
  private fateOf: (call: Call) => Fate = () => PASS;
  private struck = 0;
  private readonly server = createServer((request, response) => {
    this.handle(request, response).catch(() => response.destroy());
  });

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  /**
   * From now on each call has the fate that it is given; calls that pass are seen too. Gives the way to end it, which
   * tells how many calls have not simply passed.
   */
  inflict(fateOf: (call: Call) => Fate): () => Promise<number> {
    [this.fateOf, this.struck] = [fateOf, 0];
    return async () => {
      this.fateOf = () => PASS;
      return this.struck;
    };
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const fate = this.fateOf({ target: String(request.headers['x-amz-target'] ?? ''), body: body.toString() });
    if (fate !== PASS) this.struck++;
    switch (fate.kind) {
      case 'reset':
        return void request.socket.destroy();
      case 'refuse':
        return void response
          .writeHead(fate.status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': fate.code })
          .end(JSON.stringify({ __type: fate.code, message: 'a fault' }));
      case 'lose answer':
        await this.forward(request, body);
        return void request.socket.destroy();
      case 'pass': {
        if (fate.afterMs) await sleep(fate.afterMs);
        const { status, headers, answer } = await this.forward(request, body);
        const date = fate.skewMs ? { date: new Date(Date.now() + fate.skewMs).toUTCString() } : {};
        response.writeHead(status, { ...headers, ...date }).end(answer);
      }
    }
  }

  private forward(
    { method, url, headers }: IncomingMessage,
    body: Buffer,
  ): Promise<{ readonly status: number; readonly headers: IncomingMessage['headers']; readonly answer: Buffer }> {
    return new Promise((resolve, reject) => {
      const onward = httpRequest(this.upstream + url, { method, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode!, headers: answer.headers, answer: Buffer.concat(chunks) }),
        );
      });
      onward.on('error', reject);
      onward.end(body);
    });
  }
}
