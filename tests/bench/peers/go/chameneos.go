// SPDX-License-Identifier: MIT

package main

import "time"

type colour int

const (
	blue colour = iota
	red
	yellow
	colours
)

// complement is the third colour, unless both are the same.
func complement(a, b colour) colour {
	if a == b {
		return a
	}
	return colours - a - b
}

// meeting asks the mall for a partner, or tells a creature of one who waits for its new colour.
type meeting struct {
	who    chan<- reply
	colour colour
}

// reply is what a creature gets from the mall: a partner, a new colour, or the way home.
type reply struct {
	partner chan<- reply
	colour  colour
	home    bool
}

// chameneos lets creatures meet at a mall until there have been count meetings.
func chameneos(creatures, count int) time.Duration {
	mall := make(chan meeting, creatures)
	met := make(chan int, creatures)

	began := time.Now()
	for i := 0; i < creatures; i++ {
		go visit(mall, colour(i)%colours, met)
	}
	introduce(mall, count)
	for i := 0; i < creatures; i++ {
		visitor := <-mall
		visitor.who <- reply{home: true}
	}
	sum := 0
	for i := 0; i < creatures; i++ {
		sum += <-met
	}
	took := time.Since(began)

	check("meetings", sum, 2*count)
	return took
}

// introduce is the mall: it makes the first visitor known to the second.
func introduce(mall <-chan meeting, count int) {
	for ; count > 0; count-- {
		first := <-mall
		second := <-mall
		first.who <- reply{partner: second.who, colour: second.colour}
	}
}

func visit(mall chan<- meeting, mine colour, met chan<- int) {
	inbox := make(chan reply, 1)
	n := 0
	mall <- meeting{inbox, mine}
	for got := range inbox {
		if got.home {
			break
		}
		n++
		if got.partner != nil {
			mine = complement(mine, got.colour)
			got.partner <- reply{colour: mine}
		} else {
			mine = got.colour
		}
		mall <- meeting{inbox, mine}
	}
	met <- n
}
