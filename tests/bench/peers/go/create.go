// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// create starts count goroutines with a channel each and sends each one message.
func create(count int) time.Duration {
	var handled atomic.Int64
	var live sync.WaitGroup

	began := time.Now()
	live.Add(count)
	go func() {
		for i := 0; i < count; i++ {
			inbox := make(chan int, 1)
			go func() {
				handled.Add(int64(<-inbox))
				live.Done()
			}()
			inbox <- 1
		}
	}()
	live.Wait()
	took := time.Since(began)

	check("messages", int(handled.Load()), count)
	return took
}

// memory returns how many bytes a goroutine takes that has handled one message and waits.
func memory(count int) int {
	inboxes := make([]chan int, count)
	for i := range inboxes {
		inboxes[i] = nil
	}
	handled := make(chan int)
	sum := 0

	before := residentBytes()
	for i := range inboxes {
		inboxes[i] = make(chan int)
		go idle(inboxes[i], handled)
		inboxes[i] <- 1
		sum += <-handled
	}
	after := residentBytes()

	check("messages", sum, count)
	for _, inbox := range inboxes {
		close(inbox)
	}
	return (after - before) / count
}

func idle(inbox <-chan int, handled chan<- int) {
	for n := range inbox {
		handled <- n
	}
}

func residentBytes() int {
	statm, err := os.Open("/proc/self/statm")
	if err != nil {
		fail(1, "%v", err)
	}
	defer statm.Close()
	var all, resident int
	if _, err := fmt.Fscan(statm, &all, &resident); err != nil {
		fail(1, "/proc/self/statm: %v", err)
	}
	return resident * os.Getpagesize()
}
