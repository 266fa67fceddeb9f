package analysis

import "strconv"

// plural prints a number with what it counts: "1 item", "2 items".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// short is a number of days for print: "3.3", "12".
func short(days float64) string {
	if days >= 10 || days <= -10 {
		return strconv.FormatFloat(days, 'f', 0, 64)
	}
	return strconv.FormatFloat(days, 'f', 1, 64)
}

func percent(share float64) string { return strconv.FormatFloat(share*100, 'f', 0, 64) + " %" }

// below says what a figure lacks to its floor, "" when it reaches it.
func below(n, floor int, what string) string {
	if n >= floor {
		return ""
	}
	return "not drawn: " + strconv.Itoa(n) + " " + what + ", and it takes " + strconv.Itoa(floor)
}
