// SPDX-License-Identifier: MIT

package main

import "time"

// ball is a ping, which says where the pong goes, or a pong, which does not.
type ball struct {
	from chan<- ball
	n    int
}

// big lets each actor send pings to others and wait for each pong, all at once.
func big(actors, count int) time.Duration {
	pings := count / actors / 2
	if pings == 0 {
		fail(1, "big: a count below %d", 2*actors)
	}
	// Each has one ball in the air, so nobody ever waits for room.
	inboxes := make([]chan ball, actors)
	for i := range inboxes {
		inboxes[i] = make(chan ball, actors)
	}
	done := make(chan bool)
	handled := make(chan int)

	began := time.Now()
	for i := range inboxes {
		go play(inboxes, i, pings, done, handled)
	}
	for range inboxes {
		<-done
	}
	took := time.Since(began)

	sum := 0
	for _, inbox := range inboxes {
		close(inbox)
		sum += <-handled
	}
	check("pings", sum, actors*pings)
	return time.Duration(float64(took) * float64(count) / float64(2*sum))
}

func play(inboxes []chan ball, me, left int, done chan<- bool, handled chan<- int) {
	seed := me
	serve := func() {
		seed = (seed*1309 + 13849) & 65535
		other := seed % (len(inboxes) - 1)
		if other >= me {
			other++
		}
		inboxes[other] <- ball{inboxes[me], left}
	}
	n := 0
	serve()
	for got := range inboxes[me] {
		if got.from != nil {
			n++
			got.from <- ball{nil, got.n}
			continue
		}
		check("pong", got.n, left)
		left--
		if left > 0 {
			serve()
		} else {
			done <- true
		}
	}
	handled <- n
}
