import { useEffect, useState } from 'react'
import { call } from '../base/http'
import { Dialog } from '../kit/Dialog'
import { Logo } from '../kit/Icon'

export function AboutDialog({ onClose }: { onClose: () => void }) {
  const [version, setVersion] = useState('')
  useEffect(() => {
    call('GET', '/api/health').then(
      (health) => setVersion((health as { version: string }).version),
      () => setVersion(''),
    )
  }, [])
  return (
    <Dialog title="OwnLab" onClose={onClose}>
      <div className="about">
        <Logo size={56} />
        <div>
          <p>Notebooks on hardware you own.</p>
          <p className="dialog-text">{version === '' ? '' : `Version ${version}`}</p>
        </div>
      </div>
    </Dialog>
  )
}
