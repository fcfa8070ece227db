import { useMe } from '../lib/me.ts'
import { organisationPages } from './pages.ts'

/** What belongs to all applications, as far as it is this person's. */
export function useOrganisationPages() {
  const manages = useMe()?.may.manage ?? true
  return organisationPages.filter((page) => manages || !('forOwners' in page))
}
