/** The editor's chunk, loaded once. */
type EditorModule = typeof import('./codemirror')

let loaded: EditorModule | null = null
let loading: Promise<EditorModule> | null = null

/** The chunk if it is here already. */
export function editorNow(): EditorModule | null {
  return loaded
}

export function loadEditor(): Promise<EditorModule> {
  loading ??= import('./codemirror').then((module) => (loaded = module))
  return loading
}
