import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'
import { type Definition, everyStep } from '../flows/model/definition.ts'
import type { FlowHead } from '../flows/queries.ts'

/** Everything that is read of connections begins so: a change makes all of it anew. */
export const connectionsKey = (app: string) => ['connections', app] as const

/** What a step may name. */
export const connectionNamesQuery = (app: string) =>
  queryOptions({
    queryKey: [...connectionsKey(app), 'names'],
    queryFn: async () => {
      const names = []
      for await (const { name } of api.connection.listAll(app, { limit: 250 })) names.push(name)
      return names
    },
    staleTime: 30_000,
  })

/** The flows whose published version calls a connection, by its name: those that keep it from being deleted. */
export const callersQuery = (app: string) =>
  queryOptions({
    queryKey: [...connectionsKey(app), 'callers'],
    queryFn: async () => {
      const flows = []
      for await (const flow of api.flow.listAll(app, { limit: 250 })) flows.push(flow)
      const called = await Promise.all(flows.map(async (flow) => ({ flow, names: await calledBy(app, flow) })))
      return Map.groupBy(
        called.flatMap(({ flow, names }) => [...names].map((name) => ({ flow, name }))),
        ({ name }) => name,
      )
    },
    staleTime: 30_000,
  })

async function calledBy(app: string, { id, publishedVersion }: FlowHead): Promise<ReadonlySet<string>> {
  if (publishedVersion === null) return new Set()
  const { definition } = await api.flow.getVersion(app, id, String(publishedVersion))
  const steps = [...everyStep(definition as unknown as Definition)].map(({ step }) => step)
  return new Set(steps.flatMap(({ kind, system }) => (kind === 'http_request' && typeof system === 'string' ? [system] : [])))
}
