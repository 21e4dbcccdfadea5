import { useState } from 'react'
import { notebookAddress } from '../app/router'
import { useServices } from '../app/services'
import { filePath, withoutEnding } from '../base/notebooks'
import type { NotebookItem } from '../contract/messages'
import { IconButton } from '../kit/Button'
import { Icon } from '../kit/Icon'
import { Menu, type MenuGroups } from '../kit/Menu'
import { agoWords } from '../runs/duration'
import type { Library } from './library'
import { RenameDialog } from './RenameDialog'

interface NotebookRowProps {
  item: NotebookItem
  library: Library
  onOpen: (item: NotebookItem) => void
}

export function NotebookRow({ item, library, onOpen }: NotebookRowProps) {
  const { questions } = useServices()
  const [isRenaming, setRenaming] = useState(false)
  const remove = async (): Promise<void> => {
    const isAgreed = await questions.ask({
      title: `Delete "${withoutEnding(item.title)}"?`,
      text: 'The notebook, its outputs and its runtime are deleted for good.',
      yes: 'Delete',
      tone: 'bad',
    })
    if (isAgreed) await library.delete(item.id)
  }
  const groups: MenuGroups = [
    [
      { id: 'open', label: 'Open', icon: 'notebook', run: () => onOpen(item) },
      { id: 'rename', label: 'Rename', icon: 'edit', run: () => setRenaming(true) },
      { id: 'download', label: 'Download .ipynb', icon: 'download', run: () => location.assign(filePath(item.id)) },
    ],
    [{ id: 'delete', label: 'Delete', icon: 'delete', tone: 'bad', run: () => void remove() }],
  ]
  return (
    <tr data-notebook-id={item.id}>
      <td className="row-title">
        <a
          href={notebookAddress(item.id)}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return
            event.preventDefault()
            onOpen(item)
          }}
        >
          <Icon name="notebook" size={22} />
          <span className="row-name">{item.title}</span>
          {item.running ? (
            <span className="running" data-tip="Its runtime is on">
              Running
            </span>
          ) : null}
        </a>
        {isRenaming ? (
          <RenameDialog
            title={item.title}
            onClose={() => setRenaming(false)}
            onRename={(title) => void library.rename(item.id, title)}
          />
        ) : null}
      </td>
      <td className="row-time">{when(item.opened_at ?? item.modified_at)}</td>
      <td className="row-time wide-only">{when(item.created_at)}</td>
      <td className="row-menu">
        <Menu groups={groups}>
          <IconButton icon="more" label={`Actions for ${item.title}`} />
        </Menu>
      </td>
    </tr>
  )
}

function when(time: string | null): React.ReactNode {
  if (time === null) return '—'
  const date = new Date(time)
  return (
    <time dateTime={time} title={date.toLocaleString()}>
      {agoWords(date, new Date())}
    </time>
  )
}
