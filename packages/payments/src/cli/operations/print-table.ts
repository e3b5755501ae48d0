/** Rows as columns for a terminal, the heads in the first line. Line breaks in a value would break the table. */
export function printTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const clean = [heads, ...rows].map((row) => row.map((cell) => cell.replaceAll(/\s+/g, ' ')))
  const widths = heads.map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0)))
  return clean
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** 90 s, 12 min, 5 h, 3 d. */
export function ageText(seconds: number | null): string {
  if (seconds === null) return ''
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} d`
}
