# shellcheck shell=sh
# SPDX-License-Identifier: GPL-3.0-or-later
# For tests of what a program misses, after tap.sh: $report is a file for --report, $options the words before the program.
# shellcheck disable=SC2154,SC2086 # the caller sets them; options are words

# json FILE EXPRESSION: prints what a Python expression makes of the JSON in FILE, called r.
json() {
	python3 -c 'import json, sys
r = json.load(open(sys.argv[1]))
strong = [m for m in r.get("misses", []) + r.get("environment", []) if m["worth"] == "strong"]
print(eval(sys.argv[2]))' "$@"
}

# missed NAME WANTED STATUS COMMAND…: with --report the run ends with STATUS, a strong finding names WANTED, and with what the report
# suggests the program does what it does outside.
missed() {
	missed_name=$1 missed_wanted=$2 missed_status=$3
	shift 3
	t_status "$missed_status" "$missed_name: its status" "$ISOLATE" --report "$report" $options -- "$@"
	t_equal "$missed_name: the report has the same" "$missed_status" "$(json "$report" 'r["status"]')"
	t_equal "$missed_name: the report names it" yes \
		"$(json "$report" "'yes' if any('$missed_wanted' in json.dumps(m) for m in strong) else strong")"
	json "$report" '"\n".join(r["suggest"])' >suggested
	t_equal "$missed_name: an option is suggested" -m "$(sed -n 1p suggested)"
	t_output "$("$@" 2>&1)" "$missed_name: it is a cure" "$ISOLATE" $options -m "$(sed 1d suggested)" -- "$@"
}
