/** Whether SageMaker allows an endpoint, or a variant of one, to be called so. */
export const isEndpointName = (given: unknown): given is string =>
  typeof given === 'string' && /^[A-Za-z0-9](?:-*[A-Za-z0-9]){0,62}$/.test(given);
