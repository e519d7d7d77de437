/** What a client was sent. */
export interface Sent {
  readonly name: string;
  // Each command's own input; a test knows which it expects.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly input: any;
}

/** An AWS client that answers by itself; what `answer` throws, it throws. `sent` keeps all it was asked. */
export function fakeClient<Client>(answer: (command: Sent, nth: number) => unknown): {
  readonly client: Client;
  readonly sent: readonly Sent[];
} {
  const sent: Sent[] = [];
  const send = async ({ input, constructor: { name } }: { input: unknown; constructor: { name: string } }) => {
    const command = { name: name.replace(/Command$/, ''), input };
    return answer(command, sent.push(command) - 1);
  };
  return { client: { send } as unknown as Client, sent };
}
