// SPDX-License-Identifier: MIT

// Peer runs one of the workloads with Proto.Actor: PROGRAM WORKLOAD COUNT WORKERS.
package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

const (
	ringSize  = 100
	joiners   = 60
	peers     = 120
	creatures = 100
	producers = 100
	buyers    = 1000
	// How long a buyer waits for an answer; long enough that a slow machine never reaches it.
	patience = 30 * time.Second
	// Messages from one sender after which a flood lets others run.
	burst = 1024
	// Actors that are created before they get their turn.
	brood = 32
)

// A figure is what a workload found out, as it is printed.
type figure string

var workloads = map[string]func(root *actor.RootContext, count int) figure{
	"ping-pong": func(root *actor.RootContext, count int) figure { return ring(root, 2, count) },
	"counting":  func(root *actor.RootContext, count int) figure { return flood(root, 1, 1, count) },
	"ring":      func(root *actor.RootContext, count int) figure { return ring(root, ringSize, count) },
	"create":    create,
	"fork-join": func(root *actor.RootContext, count int) figure { return flood(root, 1, joiners, count) },
	"big":       func(root *actor.RootContext, count int) figure { return big(root, share(count/2, peers)) },
	"chameneos": chameneos,
	"many-to-one": func(root *actor.RootContext, count int) figure {
		return flood(root, producers, 1, share(count, producers))
	},
	"shop":   func(root *actor.RootContext, count int) figure { return shop(root, share(count, buyers)) },
	"memory": memory,
	"ask":    ask,
}

func main() {
	if len(os.Args) != 4 {
		fail(2, "usage: %s WORKLOAD COUNT WORKERS", os.Args[0])
	}
	count, countError := strconv.Atoi(os.Args[2])
	workers, workersError := strconv.Atoi(os.Args[3])
	if countError != nil || workersError != nil || count < 1 || workers < 1 {
		fail(2, "COUNT and WORKERS are numbers from 1")
	}
	workload, known := workloads[os.Args[1]]
	if !known {
		fail(77, "%s: there is no such workload here", os.Args[1])
	}
	runtime.GOMAXPROCS(workers)
	quiet := actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(slog.NewTextHandler(io.Discard, nil))
	})
	found := workload(actor.NewActorSystem(quiet).Root, count)
	fmt.Println(os.Args[1], found)
}

func fail(status int, format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(status)
}

// checkEqual ends the program unless both are equal. It does not panic, because a panic in an actor is
// contained there and the program would wait for ever.
func checkEqual(what string, found, expected int) {
	if found != expected {
		fail(1, "%s: %d instead of %d", what, found, expected)
	}
}

func each(elapsed time.Duration, units int) figure {
	return figure(fmt.Sprintf("%.2f ns", float64(elapsed.Nanoseconds())/float64(units)))
}

// share is what falls to one of so many actors; at least one.
func share(count, actors int) int {
	return max(count/actors, 1)
}

// breathe lets the others run now and then: sending never waits.
func breathe(sent, burst int) {
	if sent%burst == burst-1 {
		runtime.Gosched()
	}
}

func spawn(root *actor.RootContext, producer actor.Producer) *actor.PID {
	return root.Spawn(actor.PropsFromProducer(producer))
}

func spawnAll(root *actor.RootContext, count int, make func(number int) actor.Actor) []*actor.PID {
	var all []*actor.PID
	for number := range count {
		all = append(all, spawn(root, func() actor.Actor { return make(number) }))
	}
	return all
}

func number(answer any, err error) int {
	if err != nil {
		fail(1, "a request failed: %v", err)
	}
	return answer.(int)
}

// askAll sends the same request to all, then waits for the answers and adds them up.
func askAll(root *actor.RootContext, all []*actor.PID, request any) int {
	var answers []actor.Future
	for _, one := range all {
		// No timeout: a flood takes as long as it takes.
		answers = append(answers, root.RequestFuture(one, request, -1))
	}
	sum := 0
	for _, answer := range answers {
		sum += number(answer.Result())
	}
	return sum
}

// handled asks how many messages an actor has handled.
type handled struct{}

// begin tells an actor to begin; it answers when it has sent everything.
type begin struct{}

// ---- ping-pong and ring ---------------------------------------------------------------------

type node struct {
	next *actor.PID
	seen int
	done chan<- bool
}

type next struct{ node *actor.PID }

// token is how many hops are left.
type token struct{ left int }

func (n *node) Receive(ctx actor.Context) {
	switch message := ctx.Message().(type) {
	case *next:
		n.next = message.node
	case *token:
		n.seen++
		if message.left > 1 {
			ctx.Send(n.next, &token{message.left - 1})
		} else {
			n.done <- true
		}
	case *handled:
		ctx.Respond(n.seen)
	}
}

func ring(root *actor.RootContext, size, hops int) figure {
	done := make(chan bool, 1)
	nodes := spawnAll(root, size, func(int) actor.Actor { return &node{done: done} })
	for i, one := range nodes {
		root.Send(one, &next{nodes[(i+1)%size]})
	}
	start := time.Now()
	root.Send(nodes[0], &token{hops})
	<-done
	elapsed := time.Since(start)
	checkEqual("hops", askAll(root, nodes, &handled{}), hops)
	return each(elapsed, hops)
}

// ---- counting, fork-join and many-to-one ----------------------------------------------------

type counter struct{ total int }

type increment struct{ by int }

func (c *counter) Receive(ctx actor.Context) {
	switch message := ctx.Message().(type) {
	case *increment:
		c.total += message.by
	case *handled:
		ctx.Respond(c.total)
	}
}

// producer floods counters, in turn.
type producer struct {
	counters []*actor.PID
	count    int
}

func (p *producer) Receive(ctx actor.Context) {
	if _, told := ctx.Message().(*begin); told {
		for i := range p.count {
			ctx.Send(p.counters[i%len(p.counters)], &increment{1})
			breathe(i, burst)
		}
		ctx.Respond(p.count)
	}
}

// flood lets so many producers flood so many counters, with so many messages each.
func flood(root *actor.RootContext, producerCount, counterCount, count int) figure {
	counters := spawnAll(root, counterCount, func(int) actor.Actor { return &counter{} })
	sources := spawnAll(root, producerCount, func(int) actor.Actor { return &producer{counters, count} })
	start := time.Now()
	checkEqual("sent", askAll(root, sources, &begin{}), producerCount*count)
	checkEqual("handled", askAll(root, counters, &handled{}), producerCount*count)
	return each(time.Since(start), producerCount*count)
}

// ---- create ---------------------------------------------------------------------------------

// mayfly handles one message and ends; its parent is told by Proto.Actor when it has.
type mayfly struct{ total *atomic.Int64 }

func (m *mayfly) Receive(ctx actor.Context) {
	if message, isIncrement := ctx.Message().(*increment); isIncrement {
		m.total.Add(int64(message.by))
		ctx.Stop(ctx.Self())
	}
}

type creator struct {
	count int
	ended int
	total *atomic.Int64
	done  chan<- bool
}

func (c *creator) Receive(ctx actor.Context) {
	switch ctx.Message().(type) {
	case *begin:
		props := actor.PropsFromProducer(func() actor.Actor { return &mayfly{c.total} })
		for i := range c.count {
			ctx.Send(ctx.Spawn(props), &increment{i})
			breathe(i, brood)
		}
	case *actor.Terminated:
		c.ended++
		if c.ended == c.count {
			c.done <- true
		}
	}
}

func create(root *actor.RootContext, count int) figure {
	var total atomic.Int64
	done := make(chan bool, 1)
	one := spawn(root, func() actor.Actor { return &creator{count: count, total: &total, done: done} })
	start := time.Now()
	root.Send(one, &begin{})
	<-done
	elapsed := time.Since(start)
	checkEqual("the sum of the numbers", int(total.Load()), count*(count-1)/2)
	return each(elapsed, count)
}

// ---- big ------------------------------------------------------------------------------------

type peer struct {
	me       int
	all      []*actor.PID
	pings    int
	answered int
	random   uint64
	done     chan<- bool
}

type everyone struct{ all []*actor.PID }

type ping struct{ from int }

type pong struct{}

// ping goes to a pseudo-random other (xorshift64, the same in every run).
func (p *peer) ping(ctx actor.Context) {
	p.random ^= p.random << 13
	p.random ^= p.random >> 7
	p.random ^= p.random << 17
	other := (p.me + 1 + int(p.random%(peers-1))) % peers
	ctx.Send(p.all[other], &ping{p.me})
}

func (p *peer) Receive(ctx actor.Context) {
	switch message := ctx.Message().(type) {
	case *everyone:
		p.all = message.all
		ctx.Respond(p.me)
	case *begin:
		p.ping(ctx)
	case *ping:
		p.answered++
		ctx.Send(p.all[message.from], &pong{})
	case *pong:
		p.pings--
		if p.pings > 0 {
			p.ping(ctx)
		} else {
			p.done <- true
		}
	case *handled:
		ctx.Respond(p.answered)
	}
}

func big(root *actor.RootContext, pings int) figure {
	done := make(chan bool, peers)
	all := spawnAll(root, peers, func(me int) actor.Actor {
		return &peer{me: me, pings: pings, random: uint64(me)*0x9e3779b97f4a7c15 | 1, done: done}
	})
	askAll(root, all, &everyone{all})
	start := time.Now()
	for _, one := range all {
		root.Send(one, &begin{})
	}
	for range all {
		<-done
	}
	elapsed := time.Since(start)
	checkEqual("answered pings", askAll(root, all, &handled{}), peers*pings)
	return each(elapsed, 2*peers*pings)
}

// ---- chameneos ------------------------------------------------------------------------------

type colour int

// complement is what a creature becomes that meets another: it stays as it is if they are alike, and is
// the third colour if they are not.
func (c colour) complement(other colour) colour {
	if c == other {
		return c
	}
	return 3 - c - other
}

type creature struct {
	colour   colour
	mall     *actor.PID
	meetings int
	done     chan<- int
}

type meet struct {
	colour   colour
	creature *actor.PID
}

type change struct{ colour colour }

type end struct{}

func (c *creature) Receive(ctx actor.Context) {
	switch message := ctx.Message().(type) {
	case *actor.Started:
	case *meet:
		c.colour = c.colour.complement(message.colour)
		c.meetings++
		ctx.Send(message.creature, &change{c.colour})
	case *change:
		c.colour = message.colour
		c.meetings++
	case *end:
		c.done <- c.meetings
		ctx.Stop(ctx.Self())
		return
	default:
		return
	}
	ctx.Send(c.mall, &meet{c.colour, ctx.Self()})
}

type mall struct {
	waiting  *meet
	meetings int
}

func (m *mall) Receive(ctx actor.Context) {
	visitor, isVisitor := ctx.Message().(*meet)
	switch {
	case !isVisitor:
	case m.meetings == 0:
		ctx.Send(visitor.creature, &end{})
	case m.waiting == nil:
		m.waiting = visitor
	default:
		m.meetings--
		ctx.Send(m.waiting.creature, visitor)
		m.waiting = nil
	}
}

func chameneos(root *actor.RootContext, meetings int) figure {
	done := make(chan int, creatures)
	start := time.Now()
	place := spawn(root, func() actor.Actor { return &mall{meetings: meetings} })
	spawnAll(root, creatures, func(number int) actor.Actor {
		return &creature{colour: colour(number % 3), mall: place, done: done}
	})
	sum := 0
	for range creatures {
		sum += <-done
	}
	checkEqual("creatures at meetings", sum, 2*meetings)
	return each(time.Since(start), meetings)
}

// ---- shop, ask and memory -------------------------------------------------------------------

type inventory struct{ sold int }

type buy struct{ count int }

// Receive answers with what has been sold so far.
func (i *inventory) Receive(ctx actor.Context) {
	if message, isBuy := ctx.Message().(*buy); isBuy {
		i.sold += message.count
		ctx.Respond(i.sold)
	}
}

type buyer struct {
	inventory *actor.PID
	purchases int
}

func (b *buyer) Receive(ctx actor.Context) {
	if _, told := ctx.Message().(*begin); told {
		done := 0
		for range b.purchases {
			if _, err := ctx.RequestFuture(b.inventory, &buy{1}, patience).Result(); err == nil {
				done++
			}
		}
		ctx.Respond(done)
	}
}

func shop(root *actor.RootContext, purchases int) figure {
	stock := spawn(root, func() actor.Actor { return &inventory{} })
	all := spawnAll(root, buyers, func(int) actor.Actor { return &buyer{stock, purchases} })
	start := time.Now()
	checkEqual("purchases", askAll(root, all, &begin{}), buyers*purchases)
	elapsed := time.Since(start)
	checkEqual("sold", number(root.RequestFuture(stock, &buy{0}, patience).Result()), buyers*purchases)
	return each(elapsed, buyers*purchases)
}

// ask: the asker is the main goroutine; there is no thread outside of Go's scheduler.
func ask(root *actor.RootContext, count int) figure {
	stock := spawn(root, func() actor.Actor { return &inventory{} })
	asks := make([]time.Duration, count)
	for i := range asks {
		start := time.Now()
		answer := number(root.RequestFuture(stock, &buy{1}, patience).Result())
		asks[i] = time.Since(start)
		checkEqual("sold", answer, i+1)
	}
	sort.Slice(asks, func(i, j int) bool { return asks[i] < asks[j] })
	percentile := func(p int) float64 { return float64(asks[(count-1)*p/100].Nanoseconds()) / 1e3 }
	return figure(fmt.Sprintf("%.2f us %.2f", percentile(50), percentile(99)))
}

// residentBytes is the memory of this process that is resident, without garbage.
func residentBytes() int {
	debug.FreeOSMemory()
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		fail(1, "%v", err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(statm))[1])
	if err != nil {
		fail(1, "%v", err)
	}
	return pages * os.Getpagesize()
}

func memory(root *actor.RootContext, count int) figure {
	before := residentBytes()
	stocks := spawnAll(root, count, func(int) actor.Actor { return &inventory{} })
	sum := 0
	for _, stock := range stocks {
		sum += number(root.RequestFuture(stock, &buy{1}, patience).Result())
	}
	checkEqual("messages", sum, count)
	after := residentBytes()
	runtime.KeepAlive(stocks)
	return figure(fmt.Sprintf("%d bytes", (after-before)/count))
}
