import { queryOptions, useQueries, type UseQueryResult } from '@tanstack/react-query'
import { api } from '../api.ts'
import { eventTypesFound } from './catalogue-query.ts'
import { endpointText } from '../host-text.ts'
import { inBatch } from './in-batch.ts'

/** What people name, and what logs refer to by its id. */
export type Noun = 'listener' | 'flow' | 'endpoint' | 'application' | 'event type'

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

/** Applications are nobody's; of them `app` says nothing. */
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
    case 'application':
      return (await api.application.list(asked)).data.map(({ id, uid, name: label }) => ({ id, uid, label }))
    case 'event type':
      return (await eventTypesFound(app, asked)).types.map(({ name }) => ({ id: name, uid: null, label: name }))
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
  // Event types are called what they are.
  const wanted = enabled && noun !== 'event type' ? [...new Set(idsOrUids)].filter((one) => one != null) : []
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

const nameOf = (app: string, noun: Noun, name: string): Promise<string | undefined> =>
  inBatch(name, {
    key: `names ${noun} ${app}`,
    async ask(ids) {
      const found = await listNamed(app, noun, { ids, limit: ids.length })
      return new Map(found.flatMap(({ id, uid, label }) => [id, uid].flatMap((one) => (one === null ? [] : [[one, label] as const]))))
    },
  })
