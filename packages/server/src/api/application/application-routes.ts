import { applicationOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { createApplication } from './create-application.ts'
import { deleteApplication } from './delete-application.ts'
import { getApplication, listApplications } from './read-applications.ts'
import { patchApplication, replaceApplication } from './update-application.ts'

/** Applications, in Svix's shapes. Deleting one is soft; its lanes stop at once and its uid is free again. */
export function applicationRoutes(deps: ApiDeps): Route[] {
  return routesOf(deps, applicationOperations, {
    list: listApplications,
    create: createApplication,
    get: getApplication,
    update: replaceApplication,
    patch: patchApplication,
    delete: deleteApplication,
  })
}
