package diagnosis

import "slices"

// Distance is the number of bytes to insert, delete or replace to turn a into b (Levenshtein). It looks at the first 200
// bytes only, because one of the two usually comes from outside.
func Distance(a, b string) int {
	const limit = 200
	a, b = a[:min(len(a), limit)], b[:min(len(b), limit)]
	var longest [limit + 1]int
	row := longest[:len(b)+1]
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// Nearest returns the word of words with the smallest distance from the given word, the first if several have it. It panics
// if words is empty.
func Nearest(word string, words []string) string {
	return slices.MinFunc(words, func(a, b string) int { return Distance(word, a) - Distance(word, b) })
}
