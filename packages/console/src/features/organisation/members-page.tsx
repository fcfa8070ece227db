import { PageHead } from '../../ui/page.tsx'

export function MembersPage() {
  return <PageHead title="Members" />
}
