// npm run faults: installs what is missing and bundles the functions as they now are, then breaks them.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bundle, checkNode, installPackages, installPython, root } from './prepare.mjs';

// Standard output is for results.
process.stdout.write = process.stderr.write.bind(process.stderr);
checkNode();
installPackages();
installPython('requirements.txt', 'Installing the AWS emulator');
bundle();

const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'bench', 'faults.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  // The functions run on Node 24; whoever starts this need not read about the SDK's plans for older ones.
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
// The child tidies up; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
