import { useState } from 'react'
import { faultOf } from '../../lib/field-faults.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/page.tsx'
import { EventPicker } from './event-picker.tsx'
import type { Endpoint } from './queries.ts'
import { useEndpointPatch } from './use-endpoint-patch.ts'
import { Fields, May } from '../../ui/may.tsx'

/** Which events this endpoint gets. */
export function EndpointEvents({ app, endpoint }: { readonly app: string; readonly endpoint: Endpoint }) {
  const [chosen, setChosen] = useState<readonly string[] | null>(endpoint.eventTypes)
  const { save, fault } = useEndpointPatch(app, endpoint.id)
  const nothing = chosen !== null && chosen.length === 0
  return (
    <div className="max-w-[44rem]">
      <Card>
        <Fields>
          <EventPicker
            id="events-of-endpoint"
            chosen={chosen}
            onChange={setChosen}
            fault={nothing ? 'Choose at least one event, or send everything.' : faultOf(fault, '/eventTypes')}
          />
          <May>
            <Button
              kind="primary"
              className="self-start"
              disabled={save.isPending || nothing}
              onClick={() => save.mutate({ eventTypes: chosen && [...chosen] })}
            >
              Save events
            </Button>
          </May>
        </Fields>
      </Card>
    </div>
  )
}
