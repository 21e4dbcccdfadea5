import { useEffect, useRef, useState, type DragEvent } from 'react'
import { notebookAddress } from '../app/router'
import { useServices } from '../app/services'
import { useStore } from '../base/useStore'
import type { Me, NotebookItem } from '../contract/messages'
import { Button } from '../kit/Button'
import { Icon, Logo } from '../kit/Icon'
import { UserChip } from '../kit/UserChip'
import { Library, matching, type Listing } from './library'
import { NotebookRow } from './NotebookRow'
import { ThemeButton } from './ThemeButton'
import './home.css'

const REFRESH_MS = 15_000

export function HomePage({ me }: { me: Me }) {
  const { toasts, router } = useServices()
  const [library] = useState(() => new Library(toasts))
  const [search, setSearch] = useState('')
  const [isDropping, setDropping] = useState(false)
  const picker = useRef<HTMLInputElement>(null)
  const listing = useStore(library.listing)

  useEffect(() => {
    const refresh = (): void => {
      if (document.visibilityState === 'visible') void library.refresh()
    }
    refresh()
    const timer = setInterval(refresh, REFRESH_MS)
    document.addEventListener('visibilitychange', refresh)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', refresh)
    }
  }, [library])

  const open = (item: NotebookItem | null): void => {
    if (item) router.go(notebookAddress(item.id))
  }
  const upload = (files: FileList | null): void => {
    if (files && files.length > 0) void library.upload([...files]).then(open)
  }
  return (
    <div
      className="home"
      data-dropping={isDropping || undefined}
      onDragOver={(event) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setDropping(true)
      }}
      onDragLeave={(event) => {
        if (event.currentTarget === event.target) setDropping(false)
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return
        event.preventDefault()
        setDropping(false)
        upload(event.dataTransfer.files)
      }}
    >
      <header className="home-header">
        <Logo size={36} />
        <span className="home-name">OwnLab</span>
        <span className="home-space" />
        <ThemeButton />
        <UserChip name={me.name} />
      </header>
      <main className="home-main">
        <div className="home-bar">
          <h1>Notebooks</h1>
          <label className="search">
            <Icon name="search" />
            <input
              type="search"
              placeholder="Search notebooks"
              aria-label="Search notebooks"
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
          </label>
          <input
            ref={picker}
            type="file"
            accept=".ipynb,application/x-ipynb+json,application/json"
            multiple
            hidden
            data-testid="upload"
            onChange={(event) => {
              upload(event.target.files)
              event.target.value = ''
            }}
          />
          <Button look="line" icon="upload" onClick={() => picker.current?.click()}>
            Upload
          </Button>
          <Button look="main" icon="add" data-testid="new-notebook" onClick={() => void library.create().then(open)}>
            New notebook
          </Button>
        </div>
        <Notebooks library={library} listing={listing} search={search} onOpen={open} />
      </main>
      {isDropping ? <div className="drop-hint">Drop notebooks to upload them</div> : null}
    </div>
  )
}

interface NotebooksProps {
  library: Library
  listing: Listing
  search: string
  onOpen: (item: NotebookItem) => void
}

function Notebooks({ library, listing, search, onOpen }: NotebooksProps) {
  if (listing.kind === 'loading') return <div className="home-note" aria-busy="true" />
  if (listing.kind === 'failed') {
    return (
      <div className="home-note" role="alert">
        <p>{listing.message}</p>
        <Button look="line" onClick={() => void library.refresh()}>
          Try again
        </Button>
      </div>
    )
  }
  if (listing.notebooks.length === 0) return <EmptyHome />
  const found = matching(listing.notebooks, search)
  if (found.length === 0) return <p className="home-note">No notebook is called “{search}”.</p>
  return (
    <table className="notebook-list">
      <thead>
        <tr>
          <th scope="col">Title</th>
          <th scope="col">Last opened</th>
          <th scope="col" className="wide-only">
            Created
          </th>
          <th scope="col">
            <span className="only-read">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {found.map((item) => (
          <NotebookRow key={item.id} item={item} library={library} onOpen={onOpen} />
        ))}
      </tbody>
    </table>
  )
}

function EmptyHome() {
  return (
    <div className="home-empty">
      <svg viewBox="0 0 160 120" width="200" height="150" aria-hidden="true">
        <rect x="24" y="14" width="112" height="92" rx="8" className="art-paper" />
        <rect x="36" y="28" width="88" height="22" rx="4" className="art-cell" />
        <circle cx="46" cy="39" r="6" className="art-warm" />
        <rect x="58" y="36" width="52" height="6" rx="3" className="art-line" />
        <rect x="36" y="58" width="88" height="36" rx="4" className="art-cell" />
        <circle cx="46" cy="69" r="6" className="art-accent" />
        <path d="M60 86l12-10 10 6 14-14 16 8" className="art-plot" />
      </svg>
      <h2>Nothing here yet</h2>
      <p>Make a notebook, or drop an .ipynb file anywhere on this page.</p>
    </div>
  )
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer.types.includes('Files')
}
