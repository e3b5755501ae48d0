/** Characters of Windows-1252 that are not at their Unicode place. */
const moved: Record<string, number> = {
  '€': 0x80,
  '…': 0x85,
  '‘': 0x91,
  '’': 0x92,
  '“': 0x93,
  '”': 0x94,
  '•': 0x95,
  '–': 0x96,
  '—': 0x97,
  '™': 0x99,
  Š: 0x8a,
  š: 0x9a,
  Ž: 0x8e,
  ž: 0x9e,
  Œ: 0x8c,
  œ: 0x9c,
  Ÿ: 0x9f,
  '−': 0x2d,
}

/** Whether every letter of a text has a place in WinAnsiEncoding. */
export function canBeWinAnsi(text: string): boolean {
  return [...text].every((character) => codeOf(character) !== undefined)
}

/**
 * The bytes of a text in WinAnsiEncoding, which the fonts that every PDF reader has are limited to. Letters that it lacks
 * become `?`: an embedded font for every script would be most of this package.
 */
export function winAnsi(text: string): Uint8Array {
  return Uint8Array.from([...text], (character) => codeOf(character) ?? 0x3f)
}

function codeOf(character: string): number | undefined {
  const code = character.codePointAt(0) ?? 0
  const isPlain = (code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xff)
  return isPlain ? code : moved[character]
}
