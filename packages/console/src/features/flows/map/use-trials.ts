import type { FlowTestIn, FlowTestOut } from '@posthorn/sdk'
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
export interface Sample {
  readonly id: string
  readonly label: string
  readonly input: FlowTestIn
}

export interface Trial {
  readonly sample: Sample
  readonly result: FlowTestOut
}

export interface Trials {
  readonly trials: readonly Trial[]
  readonly error: unknown
  /** The draft was changed since. */
  readonly behind: boolean
}

/** What the draft does with each of the last requests, by the server's own code; again a moment after each change. */
export function useTrials(app: string, flow: string, draft: Draft): Trials {
  const { trigger } = draft.definition
  const listener = trigger.kind === 'webhook' ? trigger.listener : undefined
  const samples = useQuery({
    queryKey: ['samples', app, listener],
    queryFn: () => samplesOf(app, listener),
    staleTime: 30_000,
  }).data
  const [tried, setTried] = useState<Definition>()
  const { definition, flush } = draft
  useEffect(() => {
    const timer = setTimeout(() => void flush().then(() => setTried(definition)), TRY_AFTER_MS)
    return () => clearTimeout(timer)
  }, [definition, flush])
  const query = useQuery({
    queryKey: ['trials', app, flow, samples?.map(({ id }) => id), JSON.stringify(tried)],
    queryFn: () => Promise.all(samples!.map(async (sample) => ({ sample, result: await api.flow.test(app, flow, sample.input) }))),
    enabled: draft.may && samples !== undefined && tried !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  })
  return { trials: query.data ?? [], error: query.error, behind: tried !== definition || query.isFetching }
}

async function samplesOf(app: string, listener: string | undefined): Promise<readonly Sample[]> {
  const expected: Sample = { id: '', label: 'As expected', input: { outcomes: {} } as FlowTestIn }
  if (listener === undefined) return [{ ...expected, label: 'Empty', input: { ...expected.input, document: {} } as FlowTestIn }]
  const { data } = await api.request.list(app, listener, { limit: SAMPLES, status: 'accepted' })
  const past = data.map(({ id, receivedAt }) => ({
    id,
    label: clockTime(Date.parse(receivedAt)),
    input: { outcomes: {}, request: id } as FlowTestIn,
  }))
  return past.length === 0 ? [expected] : past
}
