import { PageHead } from '../../ui/page.tsx'

export function ApplicationsPage() {
  return <PageHead title="Applications" />
}
