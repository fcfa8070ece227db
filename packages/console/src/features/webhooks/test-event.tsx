import type { EndpointTestOut } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Zap } from 'lucide-react'
import { api } from '../../lib/api.ts'
import { duration } from '../../lib/time.ts'
import { Button } from '../../ui/button.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { StatusIcon } from '../../ui/status.tsx'

/** Sends a test event now, signed like a real one, and shows beside the button what came of it. */
export function TestEvent({
  app,
  endpoint,
  primary = false,
  onResult,
}: {
  readonly app: string
  readonly endpoint: string
  readonly primary?: boolean
  /** Absent: the result stands beside the button. */
  onResult?: (result: TestResult) => void
}) {
  const queries = useQueryClient()
  const test = useMutation({
    mutationFn: () => api.endpoint.test(app, endpoint),
    onSuccess: (attempt) => onResult?.({ kind: 'attempt', attempt }),
    onError: (error) => onResult?.({ kind: 'refused', why: wordsOf(error).detail }),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['deliveries', app] }),
  })
  const words = test.data === undefined ? undefined : testWords(test.data)
  return (
    <span className="flex min-w-0 items-center gap-3">
      <Button kind={primary ? 'primary' : 'outline'} disabled={test.isPending} onClick={() => test.mutate()}>
        <Zap aria-hidden />
        {test.isPending ? 'Sending' : 'Send test event'}
      </Button>
      {onResult === undefined && (
        <span role="status" className="flex min-w-0 items-center gap-1.5 text-xs text-text-2">
          {words !== undefined && <StatusIcon status={test.data?.ok ? 'delivered' : 'failed'} label="" />}
          {words ?? (test.error === null ? '' : wordsOf(test.error).detail)}
        </span>
      )}
    </span>
  )
}

export type TestResult =
  | { readonly kind: 'attempt'; readonly attempt: EndpointTestOut }
  | { readonly kind: 'refused'; readonly why: string }

/** "Test event delivered: 200 in 243 ms." */
export function testWords({ ok, response, durationMs, reason }: EndpointTestOut): string {
  if (ok) return `Test event delivered: ${response?.status ?? ''} in ${duration(durationMs)}.`
  return `Test event failed: ${reason ?? `${response?.status ?? 'no answer'} after ${duration(durationMs)}.`}`
}
