// SPDX-License-Identifier: MIT
//! The workloads with kameo: actors are tokio tasks, each type of message has its handler.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use kameo::mailbox;
use kameo::prelude::*;
use peer::{
    BIG, BURST, BUYERS, CREATURES, Colour, Figure, JOINERS, PATIENCE, PRODUCERS, RING, Random, check_equal,
    share,
};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tokio::task::yield_now;

fn main() -> ExitCode {
    peer::main(&[
        ("ping-pong", |count, workers| run(workers, ring(2, count))),
        ("counting", |count, workers| run(workers, flood(1, 1, count))),
        ("ring", |count, workers| run(workers, ring(RING, count))),
        ("create", |count, workers| run(workers, create(count))),
        ("fork-join", |count, workers| run(workers, flood(1, JOINERS, count))),
        ("big", |count, workers| run(workers, big(share(count / 2, BIG)))),
        ("chameneos", |count, workers| run(workers, chameneos(count))),
        ("many-to-one", |count, workers| run(workers, flood(PRODUCERS, 1, share(count, PRODUCERS)))),
        ("shop", |count, workers| run(workers, shop(share(count, BUYERS)))),
        ("memory", |count, workers| run(workers, memory(count))),
        ("ask", ask),
    ])
}

fn runtime(workers: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(workers).enable_time().build().expect("a runtime")
}

/// The workload is itself a task: what block_on() runs is on no worker, and slower for it.
fn run(workers: usize, workload: impl Future<Output = Figure> + Send + 'static) -> Figure {
    runtime(workers).block_on(async { tokio::spawn(workload).await.expect("the workload does not panic") })
}

fn spawn<A: Actor<Args = A>>(actor: A) -> ActorRef<A> {
    A::spawn_with_mailbox(actor, mailbox::unbounded())
}

/// Into an unbounded mailbox, which is never full.
fn tell<A: Message<M>, M: Send + 'static>(actor: &ActorRef<A>, message: M) {
    actor.tell(message).try_send().ok().expect("the actor lives");
}

/// Sends the same request to all, then waits for the answers and adds them up.
async fn ask_all<A, M>(actors: &[ActorRef<A>], message: M) -> u64
where
    A: Message<M, Reply = u64>,
    M: Clone + Send + Sync + 'static,
{
    let mut replies = Vec::new();
    for actor in actors {
        replies.push(actor.ask(message.clone()).enqueue().await.expect("the actor lives"));
    }
    let mut sum = 0;
    for reply in replies {
        sum += reply.await.expect("the actor answers");
    }
    sum
}

/// Telling an unbounded mailbox never waits, so a flood has to let the others run now and then.
async fn breathe(sent: u64, burst: u64) {
    if sent % burst == burst - 1 {
        yield_now().await;
    }
}

/// Asks how many messages an actor has handled.
#[derive(Clone)]
struct Handled;

/// Tells an actor to begin; it answers when it has sent everything.
#[derive(Clone)]
struct Begin;

// ---- ping-pong and ring ---------------------------------------------------------------------

#[derive(Actor)]
struct Node {
    next: Option<ActorRef<Node>>,
    seen: u64,
    done: mpsc::UnboundedSender<()>,
}

struct Next(ActorRef<Node>);

/// How many hops are left.
struct Token(u64);

impl Message<Next> for Node {
    type Reply = ();

    async fn handle(&mut self, message: Next, _: &mut Context<Self, ()>) {
        self.next = Some(message.0);
    }
}

impl Message<Token> for Node {
    type Reply = ();

    async fn handle(&mut self, message: Token, _: &mut Context<Self, ()>) {
        self.seen += 1;
        match &self.next {
            Some(next) if message.0 > 1 => tell(next, Token(message.0 - 1)),
            _ => self.done.send(()).expect("the workload waits"),
        }
    }
}

impl Message<Handled> for Node {
    type Reply = u64;

    async fn handle(&mut self, _: Handled, _: &mut Context<Self, u64>) -> u64 {
        self.seen
    }
}

async fn ring(nodes: u64, hops: u64) -> Figure {
    let (done, mut is_done) = mpsc::unbounded_channel();
    let nodes: Vec<_> = (0..nodes).map(|_| spawn(Node { next: None, seen: 0, done: done.clone() })).collect();
    for (node, next) in nodes.iter().zip(nodes.iter().cycle().skip(1)) {
        tell(node, Next(next.clone()));
    }
    let begin = Instant::now();
    tell(&nodes[0], Token(hops));
    is_done.recv().await;
    let elapsed = begin.elapsed();
    check_equal("hops", ask_all(&nodes, Handled).await, hops);
    Figure::Each(elapsed, hops)
}

// ---- counting, fork-join and many-to-one ----------------------------------------------------

#[derive(Actor, Default)]
struct Counter {
    total: u64,
}

struct Increment(u64);

impl Message<Increment> for Counter {
    type Reply = ();

    async fn handle(&mut self, message: Increment, _: &mut Context<Self, ()>) {
        self.total += message.0;
    }
}

impl Message<Handled> for Counter {
    type Reply = u64;

    async fn handle(&mut self, _: Handled, _: &mut Context<Self, u64>) -> u64 {
        self.total
    }
}

/// Floods counters, in turn.
#[derive(Actor)]
struct Producer {
    counters: Arc<[ActorRef<Counter>]>,
    count: u64,
}

impl Message<Begin> for Producer {
    type Reply = u64;

    async fn handle(&mut self, _: Begin, _: &mut Context<Self, u64>) -> u64 {
        let mut turn = self.counters.iter().cycle();
        for number in 0..self.count {
            tell(turn.next().expect("a cycle has no end"), Increment(1));
            breathe(number, BURST).await;
        }
        self.count
    }
}

/// So many producers flood so many counters, with so many messages each.
async fn flood(producers: u64, counters: u64, count: u64) -> Figure {
    let counters: Arc<[_]> = (0..counters).map(|_| spawn(Counter::default())).collect();
    let sources: Vec<_> =
        (0..producers).map(|_| spawn(Producer { counters: counters.clone(), count })).collect();
    let begin = Instant::now();
    check_equal("sent", ask_all(&sources, Begin).await, producers * count);
    check_equal("handled", ask_all(&counters, Handled).await, producers * count);
    Figure::Each(begin.elapsed(), producers * count)
}

// ---- create ---------------------------------------------------------------------------------

/// Actors that are created before they get their turn.
const BROOD: u64 = 32;

/// Handles one message and ends. That all have ended shows by the channel `_alive`, which nobody
/// sends on, being closed.
#[derive(Actor)]
struct Mayfly {
    total: Arc<AtomicU64>,
    _alive: mpsc::UnboundedSender<()>,
}

impl Message<Increment> for Mayfly {
    type Reply = ();

    async fn handle(&mut self, message: Increment, context: &mut Context<Self, ()>) {
        self.total.fetch_add(message.0, Ordering::Relaxed);
        context.stop();
    }
}

#[derive(Actor)]
struct Creator {
    total: Arc<AtomicU64>,
    alive: mpsc::UnboundedSender<()>,
    count: u64,
}

impl Message<Begin> for Creator {
    type Reply = u64;

    async fn handle(&mut self, _: Begin, context: &mut Context<Self, u64>) -> u64 {
        for number in 0..self.count {
            let mayfly = spawn(Mayfly { total: self.total.clone(), _alive: self.alive.clone() });
            tell(&mayfly, Increment(number));
            breathe(number, BROOD).await;
        }
        context.stop();
        self.count
    }
}

async fn create(count: u64) -> Figure {
    let total = Arc::new(AtomicU64::new(0));
    let (alive, mut ended) = mpsc::unbounded_channel();
    let creator = spawn(Creator { total: total.clone(), alive, count });
    let begin = Instant::now();
    check_equal("created", ask_all(&[creator], Begin).await, count);
    check_equal("messages after the last end", ended.recv().await.map_or(0, |()| 1), 0);
    let elapsed = begin.elapsed();
    check_equal("the sum of the numbers", total.load(Ordering::Relaxed), count * (count - 1) / 2);
    Figure::Each(elapsed, count)
}

// ---- big ------------------------------------------------------------------------------------

#[derive(Actor)]
struct Peer {
    me: u64,
    all: Arc<[ActorRef<Peer>]>,
    pings: u64,
    answered: u64,
    done: mpsc::UnboundedSender<()>,
    random: Random,
}

impl Peer {
    fn ping(&mut self) {
        let other = self.random.other(self.me, BIG);
        tell(&self.all[other as usize], Ping(self.me));
    }
}

#[derive(Clone)]
struct All(Arc<[ActorRef<Peer>]>);

struct Ping(u64);

struct Pong;

impl Message<All> for Peer {
    type Reply = u64;

    async fn handle(&mut self, message: All, _: &mut Context<Self, u64>) -> u64 {
        self.all = message.0;
        self.me
    }
}

impl Message<Begin> for Peer {
    type Reply = u64;

    async fn handle(&mut self, _: Begin, _: &mut Context<Self, u64>) -> u64 {
        self.ping();
        self.me
    }
}

impl Message<Ping> for Peer {
    type Reply = ();

    async fn handle(&mut self, message: Ping, _: &mut Context<Self, ()>) {
        self.answered += 1;
        tell(&self.all[message.0 as usize], Pong);
    }
}

impl Message<Pong> for Peer {
    type Reply = ();

    async fn handle(&mut self, _: Pong, _: &mut Context<Self, ()>) {
        self.pings -= 1;
        if self.pings > 0 {
            self.ping();
        } else {
            self.done.send(()).expect("the workload waits");
        }
    }
}

impl Message<Handled> for Peer {
    type Reply = u64;

    async fn handle(&mut self, _: Handled, _: &mut Context<Self, u64>) -> u64 {
        self.answered
    }
}

async fn big(pings: u64) -> Figure {
    let (done, mut all_done) = mpsc::unbounded_channel();
    let all: Arc<[_]> = (0..BIG)
        .map(|me| {
            let random = Random::new(me);
            spawn(Peer { me, all: Arc::new([]), pings, answered: 0, done: done.clone(), random })
        })
        .collect();
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

struct Creature {
    colour: Colour,
    mall: ActorRef<Mall>,
    meetings: u64,
    done: mpsc::UnboundedSender<u64>,
}

struct Meet {
    colour: Colour,
    creature: ActorRef<Creature>,
}

struct Change(Colour);

struct End;

impl Creature {
    fn visit(&self, myself: &ActorRef<Self>) {
        tell(&self.mall, Meet { colour: self.colour, creature: myself.clone() });
    }
}

impl Actor for Creature {
    type Args = Self;
    type Error = std::convert::Infallible;

    async fn on_start(creature: Self, myself: ActorRef<Self>) -> Result<Self, Self::Error> {
        creature.visit(&myself);
        Ok(creature)
    }
}

impl Message<Meet> for Creature {
    type Reply = ();

    async fn handle(&mut self, other: Meet, context: &mut Context<Self, ()>) {
        self.colour = self.colour.complement(other.colour);
        self.meetings += 1;
        tell(&other.creature, Change(self.colour));
        self.visit(context.actor_ref());
    }
}

impl Message<Change> for Creature {
    type Reply = ();

    async fn handle(&mut self, message: Change, context: &mut Context<Self, ()>) {
        self.colour = message.0;
        self.meetings += 1;
        self.visit(context.actor_ref());
    }
}

impl Message<End> for Creature {
    type Reply = ();

    async fn handle(&mut self, _: End, context: &mut Context<Self, ()>) {
        self.done.send(self.meetings).expect("the workload waits");
        context.stop();
    }
}

#[derive(Actor)]
struct Mall {
    waiting: Option<Meet>,
    meetings: u64,
}

impl Message<Meet> for Mall {
    type Reply = ();

    async fn handle(&mut self, visitor: Meet, _: &mut Context<Self, ()>) {
        if self.meetings == 0 {
            tell(&visitor.creature, End);
        } else if let Some(first) = self.waiting.take() {
            self.meetings -= 1;
            tell(&first.creature, visitor);
        } else {
            self.waiting = Some(visitor);
        }
    }
}

async fn chameneos(meetings: u64) -> Figure {
    let (done, mut all_done) = mpsc::unbounded_channel();
    let begin = Instant::now();
    let mall = spawn(Mall { waiting: None, meetings });
    for number in 0..CREATURES {
        let (mall, done) = (mall.clone(), done.clone());
        spawn(Creature { colour: Colour::first(number), mall, meetings: 0, done });
    }
    let mut sum = 0;
    for _ in 0..CREATURES {
        sum += all_done.recv().await.unwrap_or(0);
    }
    check_equal("creatures at meetings", sum, 2 * meetings);
    Figure::Each(begin.elapsed(), meetings)
}

// ---- shop, ask and memory -------------------------------------------------------------------

#[derive(Actor, Default)]
struct Inventory {
    sold: u64,
}

struct Buy(u64);

/// Answers with what has been sold so far.
impl Message<Buy> for Inventory {
    type Reply = u64;

    async fn handle(&mut self, message: Buy, _: &mut Context<Self, u64>) -> u64 {
        self.sold += message.0;
        self.sold
    }
}

#[derive(Actor)]
struct Buyer {
    inventory: ActorRef<Inventory>,
    purchases: u64,
}

impl Message<Begin> for Buyer {
    type Reply = u64;

    async fn handle(&mut self, _: Begin, _: &mut Context<Self, u64>) -> u64 {
        let mut done = 0;
        for _ in 0..self.purchases {
            done += self.inventory.ask(Buy(1)).reply_timeout(PATIENCE).send().await.map_or(0, |_| 1);
        }
        done
    }
}

async fn shop(purchases: u64) -> Figure {
    let inventory = spawn(Inventory::default());
    let buyers: Vec<_> =
        (0..BUYERS).map(|_| spawn(Buyer { inventory: inventory.clone(), purchases })).collect();
    let begin = Instant::now();
    check_equal("purchases", ask_all(&buyers, Begin).await, BUYERS * purchases);
    let elapsed = begin.elapsed();
    check_equal("sold", inventory.ask(Buy(0)).send().await.unwrap_or(0), BUYERS * purchases);
    Figure::Each(elapsed, BUYERS * purchases)
}

/// The asker is the main thread, which is none of the workers.
fn ask(count: u64, workers: usize) -> Figure {
    let runtime = runtime(workers);
    let inventory = runtime.block_on(async { spawn(Inventory::default()) });
    peer::time_asks(count, |_| inventory.ask(Buy(1)).blocking_send().expect("the inventory answers"))
}

async fn memory(count: u64) -> Figure {
    let before = peer::resident_bytes();
    let stocks: Vec<_> = (0..count).map(|_| spawn(Inventory::default())).collect();
    let mut sum = 0;
    for stock in &stocks {
        sum += stock.ask(Buy(1)).send().await.expect("the inventory answers");
    }
    check_equal("messages", sum, count);
    Figure::Memory(peer::resident_bytes() - before, count)
}
