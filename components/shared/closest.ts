/** The known word that was most likely meant, or nothing when none is near. For "did you mean". */
export function closest(word: string, known: readonly string[]): string | undefined {
  const meant = word.toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(meant, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= tolerated(candidate))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.candidate;
}

/** A third of the word may be wrong, but never more than three letters: "owner" for "compute" is no help. */
function tolerated(candidate: string): number {
  return Math.min(3, Math.max(1, Math.floor(candidate.length / 3)));
}

/** Levenshtein's distance with swapped neighbours counted once, because "netwrok" is one slip and not two. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + cost,
          swapped ? at(beforeLast, column - 2) + 1 : Infinity,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
