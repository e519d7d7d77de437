// npm start: installs what is missing, then runs the pipelines on a local AWS emulator.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setInterval } from 'node:timers';
import { bundle, checkNode, installPackages, installPython, root } from './prepare.mjs';

checkNode();
installPackages();
if (!process.env.PLUMBLINE_ENDPOINT_URL) installPython('requirements.txt', 'Installing the AWS emulator');
bundle();

// Not tsx's own command: it does not wait for a child that tidies up.
const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'local', 'start.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  // The functions run on Node 24; whoever starts this need not read about the SDK's plans for older ones.
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
// The child tidies up; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
// npm does not pass on every signal: when it is gone, so is the reason to stay up.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref();
child.on('exit', (code) => process.exit(code ?? 1));
