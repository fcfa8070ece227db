import { PageHead } from '../../ui/page.tsx'

export function PlansPage() {
  return <PageHead title="Plans" />
}
