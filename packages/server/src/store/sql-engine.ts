/**
 * The engines that speak SQL. What differs between them by name stands in `migrations` and `queries`. Beside them only those ask
 * which it is that speak of its place to an operator: `key-admission.ts`, `install-facts.ts` and what shows the installation.
 */
export type SqlEngine = 'sqlite' | 'postgres'
