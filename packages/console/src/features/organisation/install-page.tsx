import { PageHead } from '../../ui/page.tsx'

export function InstallPage() {
  return <PageHead title="Install" />
}
