import { type FlowTestIn, type FlowTestOut, PosthornError } from '@posthorn/sdk'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api } from '../../../lib/api.ts'
import { clockTime } from '../../../lib/time.ts'
import type { Definition } from '../model/definition.ts'
import type { Draft } from '../use-draft.ts'

/** How many past requests a mapping is tried on. */
const SAMPLES = 5
const TRY_AFTER_MS = 300

/** One that arrived, or what the listener expects where none came. */
interface Sample {
  readonly id: string
  readonly label: string
  readonly input: NonNullable<FlowTestIn['requests']>[number]
}

export interface Trial {
  readonly sample: Sample
  readonly result: Omit<FlowTestOut, 'others'>
}

export interface Trials {
  readonly trials: readonly Trial[]
  readonly error: unknown
  /** The draft was changed since. */
  readonly behind: boolean
}

/** What the draft does with each of the last requests, by the server's own code; again a moment after each change. */
export function useTrials(app: string, flow: string, { definition, may }: Draft): Trials {
  const { trigger } = definition
  const listener = trigger.kind === 'webhook' ? trigger.listener : undefined
  const samples = useQuery({ queryKey: ['samples', app, listener], queryFn: () => samplesOf(app, listener), staleTime: 30_000 }).data
  const [tried, setTried] = useState<Definition>(definition)
  useEffect(() => {
    const timer = setTimeout(() => setTried(definition), TRY_AFTER_MS)
    return () => clearTimeout(timer)
  }, [definition])
  const query = useQuery({
    queryKey: ['trials', app, flow, samples?.map(({ id }) => id), tried],
    queryFn: () => tryOn(app, flow, tried, samples ?? []),
    enabled: may && samples !== undefined,
    placeholderData: keepPreviousData,
    // What is wrong with the draft stays wrong; a server that is busy is not busy for long.
    retry: (count, error) => count < 3 && !(error instanceof PosthornError && (error.status ?? 500) < 500),
  })
  return { trials: query.data ?? [], error: query.error, behind: tried !== definition || query.isFetching }
}

async function tryOn(app: string, flow: string, definition: Definition, samples: readonly Sample[]): Promise<readonly Trial[]> {
  const requests = samples.map(({ input }) => input)
  const { others, ...first } = await api.flow.test(app, flow, { definition, requests } as unknown as FlowTestIn)
  return [first, ...others].flatMap((result, at) => {
    const sample = samples[at]
    return sample === undefined ? [] : [{ sample, result }]
  })
}

async function samplesOf(app: string, listener: string | undefined): Promise<readonly Sample[]> {
  if (listener === undefined) return [{ id: '', label: 'Empty', input: { document: {} } }]
  const { data } = await api.request.list(app, listener, { limit: SAMPLES, status: 'accepted' })
  const past = data.map(({ id, receivedAt }) => ({ id, label: clockTime(Date.parse(receivedAt)), input: { request: id } }))
  return past.length === 0 ? [{ id: '', label: 'As expected', input: {} }] : past
}
