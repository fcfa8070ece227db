import { queryOptions, useQueries, type UseQueryResult } from '@tanstack/react-query'
import { api } from '../api.ts'
import { endpointText } from '../host-text.ts'

/** What people name, and what logs refer to by its id. */
export type Noun = 'listener' | 'flow' | 'endpoint'

export interface Named {
  readonly id: string
  readonly uid: string | null
  readonly label: string
}

interface Asked {
  readonly limit: number
  readonly text?: string
  readonly ids?: string[]
}

async function listNamed(app: string, noun: Noun, asked: Asked): Promise<readonly Named[]> {
  switch (noun) {
    case 'listener':
      return (await api.listener.list(app, asked)).data.map(({ id, uid, name: label }) => ({ id, uid, label }))
    case 'flow':
      return (await api.flow.list(app, asked)).data.map(({ id, uid, name: label }) => ({ id, uid, label }))
    case 'endpoint':
      return (await api.endpoint.list(app, asked)).data.map((endpoint) => ({
        ...{ id: endpoint.id, uid: endpoint.uid, label: endpointText(endpoint) },
      }))
  }
}

/** The first that hold a text, for whoever chooses one of thousands. */
export const foundQuery = (app: string, noun: Noun, text: string, limit: number) =>
  queryOptions({
    queryKey: ['names', app, noun, 'found', text, limit],
    queryFn: () => listNamed(app, noun, { limit, ...(text !== '' && { text }) }),
    staleTime: 30_000,
    placeholderData: (before: readonly Named[] | undefined) => before?.filter((one) => holds(one, text)),
  })

/** Until the server has answered, what is known may be shown, but nothing else: Enter behind the last letter would choose that. */
function holds({ id, uid, label }: Named, text: string): boolean {
  return [id, uid ?? '', label].some((one) => one.toLowerCase().includes(text.toLowerCase()))
}

/** The names of things by id or uid, each asked for once however many rows show it. What is deleted has none. */
export function useNames(
  app: string,
  noun: Noun,
  idsOrUids: readonly (string | null | undefined)[],
  { enabled = true }: { readonly enabled?: boolean } = {},
): ReadonlyMap<string, string> {
  const wanted = enabled ? [...new Set(idsOrUids)].filter((one) => one != null) : []
  return useQueries({
    queries: wanted.map((name) =>
      queryOptions({
        queryKey: ['names', app, noun, 'of', name],
        queryFn: async () => (await nameOf(app, noun, name)) ?? null,
        staleTime: 60_000,
      }),
    ),
    combine: (results: readonly UseQueryResult<string | null>[]) =>
      new Map(results.flatMap(({ data }, at) => (data == null ? [] : [[wanted[at]!, data] as const]))),
  })
}

const BATCH_MAX = 100

interface Batch {
  readonly names: Set<string>
  readonly answer: Promise<ReadonlyMap<string, string>>
}

const open = new Map<string, Batch>()

/** What is asked for in one turn is one call. */
async function nameOf(app: string, noun: Noun, name: string): Promise<string | undefined> {
  const key = `${noun} ${app}`
  let batch = open.get(key)
  if (batch === undefined || batch.names.size === BATCH_MAX) {
    const names = new Set<string>()
    const answer = Promise.resolve().then(async () => {
      if (open.get(key)?.names === names) open.delete(key)
      const found = await listNamed(app, noun, { ids: [...names], limit: BATCH_MAX })
      return new Map(found.flatMap(({ id, uid, label }) => [id, uid].flatMap((one) => (one === null ? [] : [[one, label] as const]))))
    })
    open.set(key, (batch = { names, answer }))
  }
  batch.names.add(name)
  return (await batch.answer).get(name)
}
