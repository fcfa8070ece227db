import { createFakeClock } from '#platform/testing'
import type { Subject } from '../conformance/subject.ts'
import { createModel } from './model.ts'
import { tasksOf } from './model-state.ts'

/** The model as the suite sees it. */
export async function openModelSubject(): Promise<Subject> {
  const clock = createFakeClock()
  const model = createModel(clock)
  const { state } = model
  return {
    store: model,
    world: {
      addApplication: async (id) => model.addApplication(id),
      addEndpoint: async (id, application) => model.addEndpoint({ id, application }),
      setLane: async (lane, _, { state: laneState, resetFailures = false }) => model.setLane(lane, laneState, resetFailures),
      setOrder: async (lane, _, ordered) => model.setOrder(lane, ordered),
      application: async (id) => {
        const { perHour: _, ...row } = state.applications.get(id)!
        return row
      },
      setHourlyLimit: async (application, perHour) => model.setHourlyLimit(application, perHour),
      endpoint: async (id) => ({ ...state.endpoints.get(id)! }),
      async lane(name) {
        const lane = state.lanes.get(name)
        if (lane === undefined) return undefined
        const { owner: _owner, epoch: _epoch, ...kept } = lane
        return kept
      },
      request: async (id) => copy(state.requests.get(id)),
      run: async (id) => copy(state.runs.get(id)),
      message: async (id) => copy(state.messages.get(id)),
      delivery: async (id) => copy(state.deliveries.get(id)),
      addReplay: async (row) => void state.replays.set(row.id, { ...row }),
      replay: async (id) => copy(state.replays.get(id)),
      attempts: async (delivery) => [...state.attempts.values()].filter((attempt) => attempt.delivery_id === delivery),
      tasks: async (delivery) =>
        [...state.lanes.keys()].flatMap((lane) => tasksOf(state, lane)).filter((task) => task.delivery === delivery),
      entry: async (id) => copy(state.entries.get(id)),
      removeEntry: async (id) => void Object.assign(state.entries.get(id)!, { removed_at: 1 }),
      audit: async () => [...state.audit],
    },
    now: async () => clock.now(),
    advance: async (ms) => clock.advance(ms),
    close: async () => {},
  }
}

function copy<Row extends object>(row: Row | undefined): Row | undefined {
  return row === undefined ? undefined : { ...row }
}
