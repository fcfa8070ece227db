/** The engines that speak SQL. What differs between them by name stands in `migrations` and `queries`; nobody else need ask which it is. */
export type SqlEngine = 'sqlite' | 'postgres'
