// SPDX-License-Identifier: MIT

// The workloads of the benchmark with plain goroutines and channels: an actor is a goroutine that
// ranges over a channel of its own.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// timed are the workloads that take a time: they return the time for all of count.
var timed = map[string]func(count int) time.Duration{
	"ping-pong":   func(count int) time.Duration { return ring(2, count) },
	"counting":    func(count int) time.Duration { return flood(1, 1, count) },
	"ring":        func(count int) time.Duration { return ring(100, count) },
	"create":      create,
	"fork-join":   func(count int) time.Duration { return flood(1, 60, count) },
	"big":         func(count int) time.Duration { return big(120, count) },
	"chameneos":   func(count int) time.Duration { return chameneos(100, count) },
	"many-to-one": func(count int) time.Duration { return flood(100, 1, count) },
	"shop":        func(count int) time.Duration { return shop(1000, count) },
}

// fail ends the program; with 77 where the workload cannot be expressed.
func fail(code int, format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(code)
}

// check ends the program if a result is not what it must be.
func check(what string, is, mustBe int) {
	if is != mustBe {
		fail(1, "%s: %d, not %d", what, is, mustBe)
	}
}

// share is the part of count that falls to the i-th of parts.
func share(count, parts, i int) int {
	if i < count%parts {
		return count/parts + 1
	}
	return count / parts
}

func main() {
	if len(os.Args) != 3 {
		fail(1, "usage: bench WORKLOAD COUNT")
	}
	workload := os.Args[1]
	count, err := strconv.Atoi(os.Args[2])
	if err != nil || count < 1 {
		fail(1, "no such count: %s", os.Args[2])
	}
	switch workload {
	case "memory":
		fmt.Printf("%s %d bytes\n", workload, memory(count))
	case "ask":
		fail(77, "who asks is a goroutine, never a thread outside Go's scheduler")
	case "ask-inside":
		p50, p99 := ask(count)
		fmt.Printf("%s %.3f us %.3f\n", workload, micros(p50), micros(p99))
	default:
		run, found := timed[workload]
		if !found {
			fail(77, "no such workload")
		}
		fmt.Printf("%s %.2f ns\n", workload, float64(run(count).Nanoseconds())/float64(count))
	}
}

func micros(d time.Duration) float64 {
	return float64(d.Nanoseconds()) / 1000
}
