import { assetAddresses } from './assets.ts'
import { type Html, type HtmlValue, html } from './markup.ts'

export interface Page {
  /** Title of the window; also said first by screen readers. */
  title: string
  /** Styles the whole page: two columns, one narrow column, the portal, a document to print, or the inspector. */
  shape: 'split' | 'single' | 'portal' | 'document' | 'inspector'
  /** Stands before `main`. */
  navigation?: HtmlValue
  body: HtmlValue
}

/** The shell of every page: head, the strip that says what this is, the one `main`. */
export function layout(page: Page): Html {
  const { stylesheet, script } = assetAddresses[page.shape === 'inspector' ? 'inspector' : 'pages']
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${page.title} · Sandbox</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%23b4530a'/%3E%3Cpath d='M4 11l4-6 4 6z' fill='%23fff'/%3E%3C/svg%3E">
<link rel="stylesheet" href="${stylesheet}">
<script src="${script}" defer></script>
</head>
<body class="${page.shape}">
<a class="skip" href="#main">Skip to content</a>
<header class="strip"><b>Sandbox</b> <span>Nothing here is real: no money moves, and only test cards work.</span></header>
${page.navigation}
<main id="main" tabindex="-1">${page.body}</main>
</body>
</html>`
}
