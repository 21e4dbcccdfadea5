import '@fontsource-variable/roboto/wght.css'
import '@fontsource-variable/roboto-mono/wght.css'
import '../kit/tokens.css'
import '../kit/base.css'
import '../kit/motion.css'
import '../kit/buttons.css'
import '../kit/menus.css'
import '../kit/dialogs.css'
import '../kit/toasts.css'
import './app.css'
import { createRoot } from 'react-dom/client'
import { App } from './App'
import { createServices, ServicesContext } from './services'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no root')
createRoot(root).render(
  <ServicesContext value={createServices()}>
    <App />
  </ServicesContext>,
)
