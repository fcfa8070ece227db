import { useMe } from '../lib/me.ts'
import { organisationPages } from './pages.ts'

/** What belongs to all applications, as far as it is this person's. */
export function useOrganisationPages() {
  const may = useMe()?.may
  return organisationPages.filter((page) => !('needs' in page) || (may?.[page.needs] ?? true))
}
