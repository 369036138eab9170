// SPDX-License-Identifier: MIT

package main

import "time"

// ring passes a token around, count hops in all; two members are ping-pong.
func ring(members, count int) time.Duration {
	inboxes := make([]chan int, members)
	for i := range inboxes {
		inboxes[i] = make(chan int, 1)
	}
	over := make(chan bool)
	handled := make(chan int)
	for i := range inboxes {
		go pass(inboxes[i], inboxes[(i+1)%members], over, handled)
	}

	began := time.Now()
	inboxes[0] <- count - 1
	<-over
	took := time.Since(began)

	sum := 0
	for _, inbox := range inboxes {
		close(inbox)
		sum += <-handled
	}
	check("hops", sum, count)
	return took
}

// pass is a member: it counts a token that has hops left down and hands it on.
func pass(inbox <-chan int, next chan<- int, over chan<- bool, handled chan<- int) {
	n := 0
	for left := range inbox {
		n++
		if left == 0 {
			over <- true
		} else {
			next <- left - 1
		}
	}
	handled <- n
}
