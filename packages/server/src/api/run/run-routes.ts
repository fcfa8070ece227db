import { runOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { cancelRun, cancelRuns } from './cancel-run.ts'
import { listRuns } from './list-runs.ts'
import { getRun, getSteps } from './read-run.ts'
import { runAgain } from './run-again.ts'
import { runsAgain } from './runs-again.ts'
import { startJob } from './start-job.ts'

/** Runs of flows. Starting one puts it into the store; `flows` runs it. */
export function runRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, runOperations, {
    list: listRuns,
    create: startJob,
    get: getRun,
    steps: getSteps,
    cancel: cancelRun,
    cancelMany: cancelRuns,
    again: runAgain,
    againMany: runsAgain,
  })
}
