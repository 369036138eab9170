// SPDX-License-Identifier: MIT

package main

import (
	"sort"
	"time"
)

const (
	products = 240
	patience = time.Minute
	refused  = -1
)

// purchase is a request to the inventory; the answer is how many are left, or refused.
type purchase struct {
	product, count int
	answer         chan<- int
}

// inventory sells what is in stock until its channel is closed; then it says what is left in all.
func inventory(requests <-chan purchase, stock int, left chan<- int) {
	var inStock [products]int
	for i := range inStock {
		inStock[i] = stock
	}
	for p := range requests {
		if inStock[p.product] < p.count {
			p.answer <- refused
			continue
		}
		inStock[p.product] -= p.count
		p.answer <- inStock[p.product]
	}
	sum := 0
	for _, n := range inStock {
		sum += n
	}
	left <- sum
}

// buyer asks an inventory, with a time limit. Both channels are used again for the next purchase.
type buyer struct {
	requests chan<- purchase
	answers  chan int
	limit    *time.Timer
}

func newBuyer(requests chan<- purchase) *buyer {
	return &buyer{requests, make(chan int, 1), time.NewTimer(patience)}
}

func (b *buyer) buy(product, count int) int {
	b.limit.Reset(patience)
	b.requests <- purchase{product, count, b.answers}
	select {
	case left := <-b.answers:
		b.limit.Stop()
		return left
	case <-b.limit.C:
		fail(1, "shop: no answer in time")
		return refused
	}
}

// shop lets buyers make count purchases in all.
func shop(buyers, count int) time.Duration {
	requests := make(chan purchase, buyers)
	left := make(chan int)
	go inventory(requests, count, left)
	sold := make(chan int)

	began := time.Now()
	for i := 0; i < buyers; i++ {
		go func(i int) {
			sold <- goShopping(requests, i, share(count, buyers, i))
		}(i)
	}
	sum := 0
	for i := 0; i < buyers; i++ {
		sum += <-sold
	}
	took := time.Since(began)

	close(requests)
	check("sold", sum, count)
	check("in stock", <-left, products*count-count)
	return took
}

func goShopping(requests chan<- purchase, product, purchases int) int {
	me := newBuyer(requests)
	sold := 0
	for ; purchases > 0; purchases-- {
		if me.buy(product%products, 1) != refused {
			sold++
		}
		product += 7
	}
	return sold
}

// ask returns the median and the 99th percentile of an ask, from a goroutine.
func ask(count int) (p50, p99 time.Duration) {
	requests := make(chan purchase)
	left := make(chan int)
	go inventory(requests, count, left)
	me := newBuyer(requests)
	times := make([]time.Duration, count)
	for i := range times {
		began := time.Now()
		answer := me.buy(0, 1)
		times[i] = time.Since(began)
		check("left", answer, count-i-1)
	}
	close(requests)
	check("in stock", <-left, products*count-count)
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	return times[count/2], times[count*99/100]
}
