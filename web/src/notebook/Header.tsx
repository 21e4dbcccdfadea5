import { useServices } from '../app/services'
import { Logo } from '../kit/Icon'
import { UserChip } from '../kit/UserChip'
import { useSession } from './context'
import { MenuBar } from './MenuBar'
import { People } from './People'
import { SaveLabel } from './SaveLabel'
import { Title } from './Title'

export function Header() {
  const session = useSession()
  const { router } = useServices()
  return (
    <header className="header">
      <a
        className="logo"
        href="/"
        aria-label="All notebooks"
        data-tip="All notebooks"
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return
          event.preventDefault()
          router.go('/')
        }}
      >
        <Logo size={36} />
      </a>
      <div className="header-middle">
        <div className="title-row">
          <Title />
          <SaveLabel />
        </div>
        <MenuBar />
      </div>
      <div className="header-end">
        <People />
        <UserChip name={session.me.name} />
      </div>
    </header>
  )
}
