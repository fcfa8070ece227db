import { createEgress } from '#platform'
import type { TracesOptions, TracesRoom } from '#traces'
import type { Ground } from './ground.ts'
import { waysOut } from './ways-out.ts'

/** Makes the room once it is known what this process is called; undefined: no collector is set, and nothing of it is loaded. */
export type MakeTraces = ((about: Pick<TracesOptions, 'session' | 'version'>) => TracesRoom) | undefined

export async function loadTraces({ config, clock, log, shutdown }: Ground): Promise<MakeTraces> {
  const { otlpUrl: url, otlpHeaders, otlpResource, traceShare: share } = config
  if (url === null) return undefined
  const { createTraces } = await import('#traces')
  return (about) => {
    // The operator names it, so it may stand in their own network. Nothing of it is shared with what goes to customers.
    const egress = createEgress({
      ...{ clock, allow: ['0.0.0.0/0', '::/0'], allowHttp: true, connectionsPerOriginMax: 1 },
      ...waysOut(config),
    })
    const [headers, resource] = [namesAndValues(otlpHeaders), namesAndValues(otlpResource)]
    const room = createTraces({ ...about, url, headers, resource, share, egress, clock, log })
    // Registered before the rooms that report, so it ends after them.
    shutdown.register('traces', async () => {
      await room.stop()
      await egress.close()
    })
    return room
  }
}

/** Of `name=value`, the value percent-encoded. */
function namesAndValues(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())]
    }),
  )
}
