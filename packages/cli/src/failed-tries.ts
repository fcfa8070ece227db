interface Tried {
  readonly ok: boolean
  readonly taken: boolean
  readonly status: 'ok' | 'ko'
  readonly others: readonly { readonly status: 'ok' | 'ko' }[]
  readonly fault: unknown
  readonly results: readonly { readonly fault: unknown }[]
}

/**
 * Operations that try something out, and when that has failed: they answer with what came of it, whatever it is, and a script that waits for
 * an endpoint to work asks the exit code.
 */
const failures: Readonly<Record<string, (tried: Tried) => boolean>> = {
  'v1.endpoint.test': ({ ok }) => !ok,
  'v1.listener.verify': ({ taken }) => !taken,
  'v1.flow.test': ({ status, others }) => [{ status }, ...others].some((one) => one.status === 'ko'),
  'v1.mapping.test': ({ results }) => results.some(({ fault }) => fault !== null),
  'v1.transformation.test': ({ fault }) => fault !== null,
}

/** Whether what an operation tried has failed, though it was answered. */
export function hasFailed(operation: string, answer: unknown): boolean {
  return failures[operation]?.(answer as Tried) ?? false
}
