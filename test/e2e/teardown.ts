import { runningServices, stopServices } from '../../local/services';

export default async function teardown(): Promise<void> {
  const services = await runningServices();
  if (services) await stopServices(services);
}
