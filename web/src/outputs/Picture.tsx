import { useEffect, useState } from 'react'

interface PictureProps {
  mime: string
  /** Base64, or the markup of an SVG. */
  inline: string | null
  url: string | null
  size: { width?: number; height?: number }
  alt: string
}

/** An image. An SVG is shown as one too: as such it can run nothing. */
export function Picture({ mime, inline, url, size, alt }: PictureProps) {
  const svg = useSvgUrl(mime === 'image/svg+xml' ? { inline, url } : null)
  const source = mime === 'image/svg+xml' ? svg : (url ?? `data:${mime};base64,${inline?.trim() ?? ''}`)
  if (source === null) return <div className="output-note">Loading…</div>
  return <img className="picture" src={source} alt={alt} {...size} />
}

/** The server gives SVGs out as plain bytes, which no image element takes. */
function useSvgUrl(svg: { inline: string | null; url: string | null } | null): string | null {
  const [address, setAddress] = useState<string | null>(null)
  const inline = svg?.inline ?? null
  const url = svg?.url ?? null
  useEffect(() => {
    let isGone = false
    let made: string | null = null
    const show = (markup: string): void => {
      if (isGone) return
      made = URL.createObjectURL(new Blob([markup], { type: 'image/svg+xml' }))
      setAddress(made)
    }
    if (inline !== null) show(inline)
    else if (url !== null)
      void fetch(url)
        .then((response) => response.text())
        .then(show, () => undefined)
    return () => {
      isGone = true
      if (made !== null) URL.revokeObjectURL(made)
    }
  }, [inline, url])
  return address
}
