//go:build !race

package objectives

const raced = false
