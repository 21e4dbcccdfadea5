"""The one page that works without the page: a sign-in link that did not sign in."""

from __future__ import annotations

from html import escape

_SIGNIN_FAILED = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in to OwnLab</title>
<style>
  :root {{ color-scheme: light dark;
    --paper: #fff; --page: #f6f7f9; --ink: #1f2328; --soft: #59636e; --line: #d8dee4; }}
  @media (prefers-color-scheme: dark) {{
    :root {{ --paper: #1b1f24; --page: #101317; --ink: #e6e9ec; --soft: #9aa4ae; --line: #30363d; }}
  }}
  body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--page); color: var(--ink);
    font: 16px/1.5 system-ui, sans-serif; }}
  main {{ max-width: 26rem; margin: 1rem; padding: 2rem; background: var(--paper); border: 1px solid var(--line);
    border-radius: 12px; }}
  h1 {{ margin: 0 0 .5rem; font-size: 1.25rem; }}
  p {{ margin: 0 0 1rem; color: var(--soft); }}
  pre {{ margin: 0; padding: .75rem 1rem; background: var(--page); border-radius: 8px; }}
</style>
<main>
  <h1>You are not signed in</h1>
  <p>{message}</p>
  <p>On the machine that runs OwnLab, this prints a new link:</p>
  <pre><code>ownlab link</code></pre>
</main>
</html>
"""


def signin_failed(message: str) -> str:
    """The page that says why a link does not sign in and how to get another."""
    return _SIGNIN_FAILED.format(message=escape(message))
