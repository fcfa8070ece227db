import type { ConnectionOut } from '@posthorn/sdk'
import { queryOptions } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'

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

interface Found {
  readonly connections: readonly ConnectionOut[]
  /** Whether the server has others behind them. */
  readonly more: boolean
}

/** The first that hold a text in their name or URL, for whoever chooses one of many: the server looks. */
export const connectionsFoundQuery = (app: string, text: string, limit: number) =>
  queryOptions({
    queryKey: [...connectionsKey(app), 'found', text, limit],
    queryFn: async (): Promise<Found> => {
      const { data, done } = await api.connection.list(app, { limit, ...(text !== '' && { text }) })
      return { connections: data, more: !done }
    },
    staleTime: 30_000,
    // Until it has answered, nothing may be shown that does not fit: Enter behind the last letter would choose that.
    placeholderData: (before: Found | undefined) =>
      before && { connections: before.connections.filter((one) => holds(one, text)), more: before.more },
  })

function holds({ name, baseUrl }: ConnectionOut, text: string): boolean {
  return `${name}\n${baseUrl}`.toLowerCase().includes(text.toLowerCase())
}
