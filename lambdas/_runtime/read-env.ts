/**
 * Reads a function's environment by the names in its `env.ts`.
 * Throws at init, naming every variable that is missing.
 */
export function readEnv<K extends string>(names: Readonly<Record<K, string>>): Record<K, string> {
  const missing = Object.values<string>(names).filter((name) => !process.env[name]);
  if (missing.length > 0)
    throw new Error(`Environment variables are not set: ${missing.join(', ')}. The construct sets them.`);
  return Object.fromEntries(Object.entries<string>(names).map(([key, name]) => [key, process.env[name]!])) as Record<
    K,
    string
  >;
}
