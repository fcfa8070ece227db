import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { CirclePause, CirclePlay, Ellipsis, FastForward, KeyRound, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { hostText } from '../../lib/host-text.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { Switch } from '../../ui/field.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { ReplayDeliveries } from '../deliveries/replay-deliveries.tsx'
import type { Endpoint } from './queries.ts'
import { RotateSecret } from './rotate-secret.tsx'
import { TestEvent, type TestResult } from './test-event.tsx'
import { useEndpointState } from './use-endpoint-state.ts'

interface Props {
  readonly app: string
  readonly endpoint: Endpoint
  /** Whether a test is the next thing to do: no form of the page waits to be saved, and nothing is amiss. */
  readonly primary: boolean
  onTest(result: TestResult): void
}

/** What can be done with an endpoint as a whole. */
export function EndpointActions({ app, endpoint, primary, onTest }: Props) {
  const [asking, setAsking] = useState<'disable' | 'delete' | 'rotate' | 'try'>()
  const state = useEndpointState(app, endpoint)
  const remove = useRemove(app, endpoint)
  const close = (): void => setAsking(undefined)
  const paused = endpoint.state === 'paused'
  return (
    <>
      <Switch
        label="Enabled"
        checked={endpoint.state !== 'disabled'}
        onChange={(on) => (on ? state.mutate('active') : setAsking('disable'))}
      />
      {endpoint.state !== 'disabled' && (
        <Button title={paused ? undefined : 'New events wait.'} onClick={() => state.mutate(paused ? 'active' : 'paused')}>
          {paused ? <CirclePlay aria-hidden /> : <CirclePause aria-hidden />}
          {paused ? 'Resume' : 'Pause'}
        </Button>
      )}
      <TestEvent app={app} endpoint={endpoint.id} primary={primary} onResult={onTest} />
      <Menu
        trigger={
          <IconButton kind="outline" label="More">
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        {endpoint.state === 'active' && !endpoint.ordered && (
          <MenuItem onSelect={() => setAsking('try')}>
            <FastForward aria-hidden />
            Try what waits now
          </MenuItem>
        )}
        <MenuItem onSelect={() => setAsking('rotate')}>
          <KeyRound aria-hidden />
          Rotate Secret
        </MenuItem>
        <MenuItem danger onSelect={() => setAsking('delete')}>
          <Trash2 aria-hidden />
          Delete endpoint
        </MenuItem>
      </Menu>
      <Confirm
        open={asking === 'disable'}
        onClose={close}
        title="Disable this endpoint?"
        act="Disable endpoint"
        onConfirm={() => (close(), state.mutate('disabled'))}
      >
        Events that happen while it is disabled are not sent, only counted. What waits already is held until it is enabled again.
      </Confirm>
      <Confirm
        open={asking === 'delete'}
        onClose={close}
        title={`Delete ${endpoint.description || endpoint.url}?`}
        act="Delete endpoint"
        onConfirm={() => (close(), remove.mutate())}
      >
        What waits for it is cancelled. Its logs are kept as long as all logs are.
      </Confirm>
      {asking === 'try' && (
        <ReplayDeliveries
          app={app}
          filter={{ status: ['waiting'], endpointId: endpoint.id }}
          hosts={new Map([[endpoint.id, hostText(endpoint.url)]])}
          onClose={close}
        />
      )}
      {asking === 'rotate' && <RotateSecret app={app} endpoint={endpoint} onClose={close} />}
    </>
  )
}

function useRemove(app: string, endpoint: Endpoint) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: () => api.endpoint.delete(app, endpoint.id),
    onSuccess: async () => {
      await navigate({ to: '/a/$app/settings/webhooks', params: { app } })
      say('Deleted.')
      await Promise.all(
        ['endpoint', 'endpoint-list', 'names', 'plan-use'].map((key) => queries.invalidateQueries({ queryKey: [key, app] })),
      )
    },
    onError: (error) => sayFailure('It could not be deleted.', wordsOf(error).detail),
  })
}
