// SPDX-License-Identifier: MIT
//! The workloads with actix. A worker is an arbiter, a thread with its own event loop; an actor stays
//! on the arbiter on which it was started.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix::prelude::*;
use actix_rt::task::yield_now;
use peer::{
    BIG, BURST, BUYERS, CREATURES, Colour, Figure, JOINERS, PATIENCE, PRODUCERS, RING, Random, check_equal,
    share,
};
use tokio::sync::mpsc;

fn main() -> ExitCode {
    peer::main(&[
        ("ping-pong", |count, workers| run(workers, |_| ring(2, count))),
        ("counting", |count, workers| run(workers, |arbiters| counting(arbiters, count))),
        ("ring", |count, workers| run(workers, |_| ring(RING, count))),
        ("create", |count, workers| run(workers, |_| create(count))),
        ("fork-join", |count, workers| run(workers, |arbiters| fork_join(arbiters, count))),
        ("big", |count, workers| run(workers, |arbiters| big(arbiters, share(count / 2, BIG)))),
        ("chameneos", |count, workers| run(workers, |arbiters| chameneos(arbiters, count))),
        ("many-to-one", |count, workers| {
            run(workers, |arbiters| many_to_one(arbiters, share(count, PRODUCERS)))
        }),
        ("shop", |count, workers| run(workers, |arbiters| shop(arbiters, share(count, BUYERS)))),
        ("memory", |count, workers| run(workers, |arbiters| memory(arbiters, count))),
        ("ask", ask),
    ])
}

/// The workers. Actors that work at the same time are started on one after the other.
struct Arbiters(Vec<ArbiterHandle>);

impl Arbiters {
    fn start<A: Actor<Context = Context<A>> + Send>(&self, number: u64, actor: A) -> Addr<A> {
        A::start_in_arbiter(&self.0[number as usize % self.0.len()], |_| actor)
    }

    /// Starts so many actors, made from their numbers.
    fn start_all<A>(&self, actors: u64, make: impl Fn(u64) -> A) -> Vec<Addr<A>>
    where
        A: Actor<Context = Context<A>> + Send,
    {
        (0..actors).map(|number| self.start(number, make(number))).collect()
    }
}

/// The main thread is the first arbiter, and runs the workload too.
fn run<F: Future<Output = Figure>>(workers: usize, workload: impl FnOnce(Arbiters) -> F) -> Figure {
    System::new().block_on(async {
        let others = (1..workers).map(|_| Arbiter::new().handle());
        workload(Arbiters(std::iter::once(Arbiter::current()).chain(others).collect())).await
    })
}

/// Sends the same request to all, then waits for the answers and adds them up.
async fn ask_all<A, M>(actors: &[Addr<A>], message: M) -> u64
where
    A: Actor<Context = Context<A>> + Handler<M>,
    M: Message<Result = u64> + Clone + Send + 'static,
{
    let requests: Vec<_> = actors.iter().map(|actor| actor.send(message.clone())).collect();
    let mut sum = 0;
    for request in requests {
        sum += request.await.expect("the actor lives");
    }
    sum
}

/// do_send() never waits, and an actor handles all that it has before others on its arbiter get their
/// turn, so a flood has to let them run now and then.
async fn breathe(sent: u64, burst: u64) {
    if sent % burst == burst - 1 {
        yield_now().await;
    }
}

/// Asks how many messages an actor has handled.
#[derive(Clone, Copy, Message)]
#[rtype(result = "u64")]
struct Handled;

/// Tells an actor to begin; it answers when it has sent everything.
#[derive(Clone, Copy, Message)]
#[rtype(result = "u64")]
struct Begin;

// ---- ping-pong and ring ---------------------------------------------------------------------

/// How many hops are left.
#[derive(Message)]
#[rtype(result = "()")]
struct Token(u64);

#[derive(Message)]
#[rtype(result = "()")]
struct Next(Addr<Node>);

struct Node {
    next: Option<Addr<Node>>,
    seen: u64,
    done: mpsc::UnboundedSender<()>,
}

impl Actor for Node {
    type Context = Context<Self>;
}

impl Handler<Next> for Node {
    type Result = ();

    fn handle(&mut self, message: Next, _: &mut Self::Context) {
        self.next = Some(message.0);
    }
}

impl Handler<Token> for Node {
    type Result = ();

    fn handle(&mut self, message: Token, _: &mut Self::Context) {
        self.seen += 1;
        match &self.next {
            Some(next) if message.0 > 1 => next.do_send(Token(message.0 - 1)),
            _ => self.done.send(()).expect("the workload waits"),
        }
    }
}

impl Handler<Handled> for Node {
    type Result = u64;

    fn handle(&mut self, _: Handled, _: &mut Self::Context) -> u64 {
        self.seen
    }
}

/// All nodes are on one arbiter, as in actix's own example: only one of them ever has something to do.
async fn ring(nodes: u64, hops: u64) -> Figure {
    let (done, mut is_done) = mpsc::unbounded_channel();
    let nodes: Vec<_> =
        (0..nodes).map(|_| Node { next: None, seen: 0, done: done.clone() }.start()).collect();
    for (node, next) in nodes.iter().zip(nodes.iter().cycle().skip(1)) {
        node.do_send(Next(next.clone()));
    }
    let begin = Instant::now();
    nodes[0].do_send(Token(hops));
    is_done.recv().await;
    let elapsed = begin.elapsed();
    check_equal("hops", ask_all(&nodes, Handled).await, hops);
    Figure::Each(elapsed, hops)
}

// ---- counting, fork-join and many-to-one ----------------------------------------------------

#[derive(Message)]
#[rtype(result = "()")]
struct Increment(u64);

#[derive(Default)]
struct Counter {
    total: u64,
}

impl Actor for Counter {
    type Context = Context<Self>;
}

impl Handler<Increment> for Counter {
    type Result = ();

    fn handle(&mut self, message: Increment, _: &mut Self::Context) {
        self.total += message.0;
    }
}

impl Handler<Handled> for Counter {
    type Result = u64;

    fn handle(&mut self, _: Handled, _: &mut Self::Context) -> u64 {
        self.total
    }
}

/// Floods counters, in turn.
struct Producer {
    counters: Arc<[Addr<Counter>]>,
    count: u64,
}

impl Actor for Producer {
    type Context = Context<Self>;
}

impl Handler<Begin> for Producer {
    type Result = ResponseFuture<u64>;

    fn handle(&mut self, _: Begin, _: &mut Self::Context) -> Self::Result {
        let counters = self.counters.clone();
        let count = self.count;
        Box::pin(async move {
            let mut turn = counters.iter().cycle();
            for number in 0..count {
                turn.next().expect("a cycle has no end").do_send(Increment(1));
                breathe(number, BURST).await;
            }
            count
        })
    }
}

/// So many producers flood so many counters, with so many messages each. A lone producer and a lone
/// counter are on different arbiters, if there are two.
async fn flood(arbiters: Arbiters, producers: u64, counters: u64, count: u64) -> Figure {
    let counters: Arc<[_]> =
        (0..counters).map(|number| arbiters.start(number + 1, Counter::default())).collect();
    let sources = arbiters.start_all(producers, |_| Producer { counters: counters.clone(), count });
    let begin = Instant::now();
    check_equal("sent", ask_all(&sources, Begin).await, producers * count);
    check_equal("handled", ask_all(&counters, Handled).await, producers * count);
    Figure::Each(begin.elapsed(), producers * count)
}

async fn counting(arbiters: Arbiters, count: u64) -> Figure {
    flood(arbiters, 1, 1, count).await
}

async fn fork_join(arbiters: Arbiters, count: u64) -> Figure {
    flood(arbiters, 1, JOINERS, count).await
}

async fn many_to_one(arbiters: Arbiters, each: u64) -> Figure {
    flood(arbiters, PRODUCERS, 1, each).await
}

// ---- create ---------------------------------------------------------------------------------

/// Handles one message and ends. That all have ended shows by the channel `_alive`, which nobody
/// sends on, being closed.
struct Mayfly {
    total: Arc<AtomicU64>,
    _alive: mpsc::UnboundedSender<()>,
}

impl Actor for Mayfly {
    type Context = Context<Self>;
}

impl Handler<Increment> for Mayfly {
    type Result = ();

    fn handle(&mut self, message: Increment, context: &mut Self::Context) {
        self.total.fetch_add(message.0, Ordering::Relaxed);
        context.stop();
    }
}

/// Actors that are created before they get their turn.
const BROOD: u64 = 32;

struct Creator {
    total: Arc<AtomicU64>,
    alive: mpsc::UnboundedSender<()>,
    count: u64,
}

impl Actor for Creator {
    type Context = Context<Self>;
}

/// What it creates is on its own arbiter: another would have to be told to create it.
impl Handler<Begin> for Creator {
    type Result = ResponseFuture<u64>;

    fn handle(&mut self, _: Begin, context: &mut Self::Context) -> Self::Result {
        let Creator { total, alive, count } = self;
        let (total, alive, count) = (total.clone(), alive.clone(), *count);
        context.stop();
        Box::pin(async move {
            for number in 0..count {
                let mayfly = Mayfly { total: total.clone(), _alive: alive.clone() };
                mayfly.start().do_send(Increment(number));
                breathe(number, BROOD).await;
            }
            count
        })
    }
}

async fn create(count: u64) -> Figure {
    let total = Arc::new(AtomicU64::new(0));
    let (alive, mut ended) = mpsc::unbounded_channel();
    let creator = Creator { total: total.clone(), alive, count }.start();
    let begin = Instant::now();
    check_equal("created", creator.send(Begin).await.expect("the creator answers"), count);
    check_equal("messages after the last end", ended.recv().await.map_or(0, |()| 1), 0);
    let elapsed = begin.elapsed();
    check_equal("the sum of the numbers", total.load(Ordering::Relaxed), count * (count - 1) / 2);
    Figure::Each(elapsed, count)
}

// ---- big ------------------------------------------------------------------------------------

#[derive(Clone, Message)]
#[rtype(result = "u64")]
struct All(Arc<[Addr<Peer>]>);

#[derive(Message)]
#[rtype(result = "()")]
struct Ping(u64);

#[derive(Message)]
#[rtype(result = "()")]
struct Pong;

struct Peer {
    me: u64,
    all: Arc<[Addr<Peer>]>,
    pings: u64,
    answered: u64,
    done: mpsc::UnboundedSender<()>,
    random: Random,
}

impl Peer {
    fn ping(&mut self) {
        let other = self.random.other(self.me, BIG);
        self.all[other as usize].do_send(Ping(self.me));
    }
}

impl Actor for Peer {
    type Context = Context<Self>;
}

impl Handler<All> for Peer {
    type Result = u64;

    fn handle(&mut self, message: All, _: &mut Self::Context) -> u64 {
        self.all = message.0;
        self.me
    }
}

impl Handler<Begin> for Peer {
    type Result = u64;

    fn handle(&mut self, _: Begin, _: &mut Self::Context) -> u64 {
        self.ping();
        self.me
    }
}

impl Handler<Ping> for Peer {
    type Result = ();

    fn handle(&mut self, message: Ping, _: &mut Self::Context) {
        self.answered += 1;
        self.all[message.0 as usize].do_send(Pong);
    }
}

impl Handler<Pong> for Peer {
    type Result = ();

    fn handle(&mut self, _: Pong, _: &mut Self::Context) {
        self.pings -= 1;
        if self.pings > 0 {
            self.ping();
        } else {
            self.done.send(()).expect("the workload waits");
        }
    }
}

impl Handler<Handled> for Peer {
    type Result = u64;

    fn handle(&mut self, _: Handled, _: &mut Self::Context) -> u64 {
        self.answered
    }
}

async fn big(arbiters: Arbiters, pings: u64) -> Figure {
    let (done, mut all_done) = mpsc::unbounded_channel();
    let peers = arbiters.start_all(BIG, |me| Peer {
        me,
        all: Arc::new([]),
        pings,
        answered: 0,
        done: done.clone(),
        random: Random::new(me),
    });
    let all: Arc<[_]> = peers.into();
    ask_all(&all, All(all.clone())).await;
    let begin = Instant::now();
    ask_all(&all, Begin).await;
    for _ in 0..BIG {
        all_done.recv().await;
    }
    let elapsed = begin.elapsed();
    check_equal("answered pings", ask_all(&all, Handled).await, BIG * pings);
    Figure::Each(elapsed, 2 * BIG * pings)
}

// ---- chameneos ------------------------------------------------------------------------------

#[derive(Message)]
#[rtype(result = "()")]
struct Meet {
    colour: Colour,
    creature: Addr<Creature>,
}

#[derive(Message)]
#[rtype(result = "()")]
struct Change(Colour);

#[derive(Message)]
#[rtype(result = "()")]
struct End;

struct Creature {
    colour: Colour,
    mall: Addr<Mall>,
    meetings: u64,
    done: mpsc::UnboundedSender<u64>,
}

impl Creature {
    fn visit(&self, context: &Context<Self>) {
        self.mall.do_send(Meet { colour: self.colour, creature: context.address() });
    }
}

impl Actor for Creature {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        self.visit(context);
    }
}

impl Handler<Meet> for Creature {
    type Result = ();

    fn handle(&mut self, other: Meet, context: &mut Self::Context) {
        self.colour = self.colour.complement(other.colour);
        self.meetings += 1;
        other.creature.do_send(Change(self.colour));
        self.visit(context);
    }
}

impl Handler<Change> for Creature {
    type Result = ();

    fn handle(&mut self, message: Change, context: &mut Self::Context) {
        self.colour = message.0;
        self.meetings += 1;
        self.visit(context);
    }
}

impl Handler<End> for Creature {
    type Result = ();

    fn handle(&mut self, _: End, context: &mut Self::Context) {
        self.done.send(self.meetings).expect("the workload waits");
        context.stop();
    }
}

struct Mall {
    waiting: Option<Meet>,
    meetings: u64,
}

impl Actor for Mall {
    type Context = Context<Self>;
}

impl Handler<Meet> for Mall {
    type Result = ();

    fn handle(&mut self, visitor: Meet, _: &mut Self::Context) {
        if self.meetings == 0 {
            visitor.creature.do_send(End);
        } else if let Some(first) = self.waiting.take() {
            self.meetings -= 1;
            first.creature.do_send(visitor);
        } else {
            self.waiting = Some(visitor);
        }
    }
}

async fn chameneos(arbiters: Arbiters, meetings: u64) -> Figure {
    let (done, mut all_done) = mpsc::unbounded_channel();
    let begin = Instant::now();
    let mall = arbiters.start(0, Mall { waiting: None, meetings });
    arbiters.start_all(CREATURES, |number| Creature {
        colour: Colour::first(number),
        mall: mall.clone(),
        meetings: 0,
        done: done.clone(),
    });
    let mut sum = 0;
    for _ in 0..CREATURES {
        sum += all_done.recv().await.unwrap_or(0);
    }
    check_equal("creatures at meetings", sum, 2 * meetings);
    Figure::Each(begin.elapsed(), meetings)
}

// ---- shop and ask ---------------------------------------------------------------------------

#[derive(Message)]
#[rtype(result = "u64")]
struct Buy(u64);

#[derive(Default)]
struct Inventory {
    sold: u64,
}

impl Actor for Inventory {
    type Context = Context<Self>;
}

/// Answers with what has been sold so far.
impl Handler<Buy> for Inventory {
    type Result = u64;

    fn handle(&mut self, message: Buy, _: &mut Self::Context) -> u64 {
        self.sold += message.0;
        self.sold
    }
}

struct Buyer {
    inventory: Addr<Inventory>,
    purchases: u64,
}

impl Actor for Buyer {
    type Context = Context<Self>;
}

impl Handler<Begin> for Buyer {
    type Result = ResponseFuture<u64>;

    fn handle(&mut self, _: Begin, _: &mut Self::Context) -> Self::Result {
        let Buyer { inventory, purchases } = self;
        let (inventory, purchases) = (inventory.clone(), *purchases);
        Box::pin(async move {
            let mut done = 0;
            for _ in 0..purchases {
                done += inventory.send(Buy(1)).timeout(PATIENCE).await.map_or(0, |_| 1);
            }
            done
        })
    }
}

async fn shop(arbiters: Arbiters, purchases: u64) -> Figure {
    let inventory = arbiters.start(0, Inventory::default());
    let buyers = arbiters.start_all(BUYERS, |_| Buyer { inventory: inventory.clone(), purchases });
    let begin = Instant::now();
    check_equal("purchases", ask_all(&buyers, Begin).await, BUYERS * purchases);
    let elapsed = begin.elapsed();
    check_equal("sold", inventory.send(Buy(0)).await.unwrap_or(0), BUYERS * purchases);
    Figure::Each(elapsed, BUYERS * purchases)
}

/// The asker is the main thread, which is no arbiter here.
fn ask(count: u64, workers: usize) -> Figure {
    let _system = System::new();
    let arbiters = Arbiters((0..workers).map(|_| Arbiter::new().handle()).collect());
    let inventory = arbiters.start(0, Inventory::default());
    peer::time_asks(count, |_| {
        futures_executor::block_on(inventory.send(Buy(1))).expect("the inventory answers")
    })
}

// ---- memory ---------------------------------------------------------------------------------

async fn memory(arbiters: Arbiters, count: u64) -> Figure {
    let before = peer::resident_bytes();
    let stocks = arbiters.start_all(count, |_| Inventory::default());
    let mut sum = 0;
    for stock in &stocks {
        sum += stock.send(Buy(1)).await.expect("the inventory answers");
    }
    check_equal("messages", sum, count);
    Figure::Memory(peer::resident_bytes() - before, count)
}
