import { useQuery } from '@tanstack/react-query'
import { api } from '../../../lib/api.ts'
import type { Step } from '../model/definition.ts'
import { type Variable, variablesOf } from './variables.ts'

/** What one run had to read: that of a try, or what stands in its place until there is one. */
export interface Read {
  readonly trigger: { readonly body?: unknown; readonly query?: unknown; readonly headers?: unknown }
  readonly steps: readonly { readonly id: string; readonly output?: unknown }[]
  readonly meta?: unknown
}

/** What the step can read: the request, what the steps before it made, and what the run carries. The values are those of `reads[at]`. */
export function readable(reads: readonly Read[], at: number, before: readonly Step[]): readonly Variable[] {
  const shown = reads[at] ?? reads[0]
  const output = (read: Read | undefined, id: string): unknown => read?.steps.find((one) => one.id === id)?.output
  const of = (name: 'body' | 'query' | 'headers'): Variable =>
    variablesOf(
      name,
      shown?.trigger[name],
      reads.map(({ trigger }) => trigger[name]),
    )
  return [
    of('body'),
    ...before.map(({ id }) =>
      variablesOf(
        `steps.${id}.output`,
        output(shown, id),
        reads.map((read) => output(read, id)),
      ),
    ),
    of('query'),
    of('headers'),
    variablesOf(
      'meta',
      shown?.meta,
      reads.map(({ meta }) => meta),
    ),
    // A branch or a filter makes nothing; what has not run yet may make something.
  ].filter(
    ({ name, children, seen }) => children.length > 0 || name === 'body' || (name.startsWith('steps.') && (seen > 0 || reads.length === 0)),
  )
}

/** The kinds of steps that may read secrets. */
const readSecrets: ReadonlySet<string> = new Set(['send_webhook', 'http_request'])

/** By name only: nobody reads a secret here. None for a kind of step that may not. */
export function useSecretVariables(app: string, kind: string): readonly Variable[] {
  const secrets = useQuery({ queryKey: ['secret names', app], queryFn: () => api.secret.list(app, { limit: 250 }) }).data?.data ?? []
  const leaf = { type: 'secret', value: '', seen: 0, children: [] } as const
  const children = readSecrets.has(kind) ? secrets.map(({ name }) => ({ ...leaf, name, path: `secrets.${name}` })) : []
  return children.length === 0 ? [] : [{ ...leaf, name: 'secrets', path: 'secrets', type: 'by name', children }]
}
