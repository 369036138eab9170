// SPDX-License-Identifier: MIT

package main

import (
	"sync"
	"time"
)

// bufferSize is how many messages may wait in the channel of one who is flooded.
const bufferSize = 1024

// flood lets producers send count increments in all to counters, each round robin: one to one is
// counting, one to many fork-join.
func flood(producers, counters, count int) time.Duration {
	inboxes := make([]chan int, counters)
	totals := make(chan int)
	for i := range inboxes {
		inboxes[i] = make(chan int, bufferSize)
		go counter(inboxes[i], totals)
	}

	began := time.Now()
	var busy sync.WaitGroup
	busy.Add(producers)
	for i := 0; i < producers; i++ {
		go func(increments int) {
			produce(inboxes, increments)
			busy.Done()
		}(share(count, producers, i))
	}
	busy.Wait()
	for _, inbox := range inboxes {
		close(inbox)
	}
	sum := 0
	for range inboxes {
		sum += <-totals
	}
	took := time.Since(began)

	check("increments", sum, count)
	return took
}

func produce(inboxes []chan int, increments int) {
	next := 0
	for ; increments > 0; increments-- {
		inboxes[next] <- 1
		next++
		if next == len(inboxes) {
			next = 0
		}
	}
}

func counter(inbox <-chan int, totals chan<- int) {
	sum := 0
	for by := range inbox {
		sum += by
	}
	totals <- sum
}
