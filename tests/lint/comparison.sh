#!/bin/sh
# SPDX-License-Identifier: MIT
# comparison.sh - each test that COMPARISON.md names is there, and each test of its program is named.
# usage: tests/lint/comparison.sh
named=$(grep -o '`test_[a-z_]*`' COMPARISON.md | tr -d '`' | sort -u)
there=$(sed -n 's/.*cmocka_unit_test(\(test_[a-z_]*\)).*/\1/p' tests/kit/test_comparison.c | sort -u)
[ -n "$named" ] && [ "$named" = "$there" ] && exit 0
echo "COMPARISON.md names:"
echo "$named"
echo "tests/kit/test_comparison.c has:"
echo "$there"
exit 1
