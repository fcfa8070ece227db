import { PageHead } from '../../ui/page.tsx'

export function ApplicationPage() {
  return <PageHead title="Application" />
}
