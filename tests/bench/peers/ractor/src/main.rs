// SPDX-License-Identifier: MIT
//! The workloads with ractor: actors are tokio tasks, each has one enum of messages and a state that its
//! handler is handed.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use peer::{
    BIG, BURST, BUYERS, CREATURES, Colour, Figure, JOINERS, PATIENCE, PRODUCERS, RING, Random, check_equal,
    share,
};
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort, call, call_t};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tokio::task::yield_now;

type Done = Result<(), ActorProcessingErr>;

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

async fn spawn<A: Actor>(actor: A, arguments: A::Arguments) -> ActorRef<A::Msg> {
    Actor::spawn(None, actor, arguments).await.expect("the actor starts").0
}

fn cast<M: ractor::Message>(actor: &ActorRef<M>, message: M) {
    actor.cast(message).ok().expect("the actor lives");
}

fn answer(reply: RpcReplyPort<u64>, value: u64) {
    // Who has lost its patience is no error of who answers.
    let _ = reply.send(value);
}

/// Sends a request to all, then waits for the answers and adds them up.
async fn call_all<M: ractor::Message>(
    actors: &[ActorRef<M>],
    request: impl Fn(RpcReplyPort<u64>) -> M,
) -> u64 {
    let mut answers = Vec::new();
    for actor in actors {
        let (port, answer) = ractor::concurrency::oneshot();
        cast(actor, request(port.into()));
        answers.push(answer);
    }
    let mut sum = 0;
    for answer in answers {
        sum += answer.await.expect("the actor answers");
    }
    sum
}

/// A cast never waits, so a flood has to let the others run now and then.
async fn breathe(sent: u64, burst: u64) {
    if sent % burst == burst - 1 {
        yield_now().await;
    }
}

// ---- ping-pong and ring ---------------------------------------------------------------------

struct Node;

struct NodeState {
    next: Option<ActorRef<NodeMessage>>,
    seen: u64,
    done: mpsc::UnboundedSender<()>,
}

enum NodeMessage {
    Next(ActorRef<NodeMessage>),
    /// How many hops are left.
    Token(u64),
    Seen(RpcReplyPort<u64>),
}

impl Actor for Node {
    type Msg = NodeMessage;
    type State = NodeState;
    type Arguments = NodeState;

    async fn pre_start(
        &self,
        _: ActorRef<NodeMessage>,
        state: NodeState,
    ) -> Result<NodeState, ActorProcessingErr> {
        Ok(state)
    }

    async fn handle(&self, _: ActorRef<NodeMessage>, message: NodeMessage, state: &mut NodeState) -> Done {
        match message {
            NodeMessage::Next(next) => state.next = Some(next),
            NodeMessage::Token(left) => {
                state.seen += 1;
                match &state.next {
                    Some(next) if left > 1 => cast(next, NodeMessage::Token(left - 1)),
                    _ => state.done.send(())?,
                }
            }
            NodeMessage::Seen(reply) => answer(reply, state.seen),
        }
        Ok(())
    }
}

async fn ring(count: u64, hops: u64) -> Figure {
    let (done, mut is_done) = mpsc::unbounded_channel();
    let mut nodes = Vec::new();
    for _ in 0..count {
        nodes.push(spawn(Node, NodeState { next: None, seen: 0, done: done.clone() }).await);
    }
    for (node, next) in nodes.iter().zip(nodes.iter().cycle().skip(1)) {
        cast(node, NodeMessage::Next(next.clone()));
    }
    let begin = Instant::now();
    cast(&nodes[0], NodeMessage::Token(hops));
    is_done.recv().await;
    let elapsed = begin.elapsed();
    check_equal("hops", call_all(&nodes, NodeMessage::Seen).await, hops);
    Figure::Each(elapsed, hops)
}

// ---- counting, fork-join and many-to-one ----------------------------------------------------

struct Counter;

enum Count {
    Increment(u64),
    Total(RpcReplyPort<u64>),
}

impl Actor for Counter {
    type Msg = Count;
    type State = u64;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Count>, _: ()) -> Result<u64, ActorProcessingErr> {
        Ok(0)
    }

    async fn handle(&self, _: ActorRef<Count>, message: Count, total: &mut u64) -> Done {
        match message {
            Count::Increment(by) => *total += by,
            Count::Total(reply) => answer(reply, *total),
        }
        Ok(())
    }
}

/// Floods counters, in turn.
struct Producer {
    counters: Arc<[ActorRef<Count>]>,
    count: u64,
}

/// Tells an actor to begin; it answers when it has sent everything.
struct Begin(RpcReplyPort<u64>);

impl Actor for Producer {
    type Msg = Begin;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Begin>, _: ()) -> Done {
        Ok(())
    }

    async fn handle(&self, _: ActorRef<Begin>, message: Begin, _: &mut ()) -> Done {
        let mut turn = self.counters.iter().cycle();
        for number in 0..self.count {
            cast(turn.next().expect("a cycle has no end"), Count::Increment(1));
            breathe(number, BURST).await;
        }
        answer(message.0, self.count);
        Ok(())
    }
}

/// So many producers flood so many counters, with so many messages each.
async fn flood(producers: u64, counters: u64, count: u64) -> Figure {
    let mut targets = Vec::new();
    for _ in 0..counters {
        targets.push(spawn(Counter, ()).await);
    }
    let targets: Arc<[_]> = targets.into();
    let mut sources = Vec::new();
    for _ in 0..producers {
        sources.push(spawn(Producer { counters: targets.clone(), count }, ()).await);
    }
    let begin = Instant::now();
    check_equal("sent", call_all(&sources, Begin).await, producers * count);
    check_equal("handled", call_all(&targets, Count::Total).await, producers * count);
    Figure::Each(begin.elapsed(), producers * count)
}

// ---- create ---------------------------------------------------------------------------------

/// Actors that are created before they get their turn.
const BROOD: u64 = 32;

/// Handles one message and ends.
struct Mayfly;

/// That all have ended shows by the channel `_alive`, which nobody sends on, being closed.
#[derive(Clone)]
struct MayflyState {
    total: Arc<AtomicU64>,
    _alive: mpsc::UnboundedSender<()>,
}

impl Actor for Mayfly {
    type Msg = u64;
    type State = MayflyState;
    type Arguments = MayflyState;

    async fn pre_start(
        &self,
        _: ActorRef<u64>,
        state: MayflyState,
    ) -> Result<MayflyState, ActorProcessingErr> {
        Ok(state)
    }

    async fn handle(&self, myself: ActorRef<u64>, number: u64, state: &mut MayflyState) -> Done {
        state.total.fetch_add(number, Ordering::Relaxed);
        myself.stop(None);
        Ok(())
    }
}

struct Creator {
    count: u64,
}

impl Actor for Creator {
    type Msg = Begin;
    type State = MayflyState;
    type Arguments = MayflyState;

    async fn pre_start(
        &self,
        _: ActorRef<Begin>,
        state: MayflyState,
    ) -> Result<MayflyState, ActorProcessingErr> {
        Ok(state)
    }

    async fn handle(&self, myself: ActorRef<Begin>, message: Begin, state: &mut MayflyState) -> Done {
        for number in 0..self.count {
            cast(&spawn(Mayfly, state.clone()).await, number);
            breathe(number, BROOD).await;
        }
        answer(message.0, self.count);
        myself.stop(None);
        Ok(())
    }
}

async fn create(count: u64) -> Figure {
    let total = Arc::new(AtomicU64::new(0));
    let (alive, mut ended) = mpsc::unbounded_channel();
    let creator = spawn(Creator { count }, MayflyState { total: total.clone(), _alive: alive }).await;
    let begin = Instant::now();
    check_equal("created", call_all(&[creator], Begin).await, count);
    check_equal("messages after the last end", ended.recv().await.map_or(0, |()| 1), 0);
    let elapsed = begin.elapsed();
    check_equal("the sum of the numbers", total.load(Ordering::Relaxed), count * (count - 1) / 2);
    Figure::Each(elapsed, count)
}

// ---- big ------------------------------------------------------------------------------------

struct Peer {
    me: u64,
}

struct PeerState {
    all: Arc<[ActorRef<Big>]>,
    pings: u64,
    answered: u64,
    done: mpsc::UnboundedSender<()>,
    random: Random,
}

enum Big {
    All(Arc<[ActorRef<Big>]>, RpcReplyPort<u64>),
    Begin,
    Ping(u64),
    Pong,
    Answered(RpcReplyPort<u64>),
}

impl Peer {
    fn ping(&self, state: &mut PeerState) {
        let other = state.random.other(self.me, BIG);
        cast(&state.all[other as usize], Big::Ping(self.me));
    }
}

impl Actor for Peer {
    type Msg = Big;
    type State = PeerState;
    type Arguments = PeerState;

    async fn pre_start(&self, _: ActorRef<Big>, state: PeerState) -> Result<PeerState, ActorProcessingErr> {
        Ok(state)
    }

    async fn handle(&self, _: ActorRef<Big>, message: Big, state: &mut PeerState) -> Done {
        match message {
            Big::All(all, reply) => {
                state.all = all;
                answer(reply, self.me);
            }
            Big::Begin => self.ping(state),
            Big::Ping(from) => {
                state.answered += 1;
                cast(&state.all[from as usize], Big::Pong);
            }
            Big::Pong => {
                state.pings -= 1;
                if state.pings > 0 {
                    self.ping(state);
                } else {
                    state.done.send(())?;
                }
            }
            Big::Answered(reply) => answer(reply, state.answered),
        }
        Ok(())
    }
}

async fn big(pings: u64) -> Figure {
    let (done, mut all_done) = mpsc::unbounded_channel();
    let mut peers = Vec::new();
    for me in 0..BIG {
        let (all, done, random) = (Arc::new([]), done.clone(), Random::new(me));
        peers.push(spawn(Peer { me }, PeerState { all, pings, answered: 0, done, random }).await);
    }
    let all: Arc<[_]> = peers.into();
    call_all(&all, |reply| Big::All(all.clone(), reply)).await;
    let begin = Instant::now();
    for peer in all.iter() {
        cast(peer, Big::Begin);
    }
    for _ in 0..BIG {
        all_done.recv().await;
    }
    let elapsed = begin.elapsed();
    check_equal("answered pings", call_all(&all, Big::Answered).await, BIG * pings);
    Figure::Each(elapsed, 2 * BIG * pings)
}

// ---- chameneos ------------------------------------------------------------------------------

struct Creature {
    mall: ActorRef<Visitor>,
    done: mpsc::UnboundedSender<u64>,
}

struct CreatureState {
    colour: Colour,
    meetings: u64,
}

enum Meeting {
    With(Visitor),
    Change(Colour),
    End,
}

/// What the mall gets: a creature that wants to meet another.
struct Visitor {
    colour: Colour,
    creature: ActorRef<Meeting>,
}

impl Creature {
    fn visit(&self, myself: ActorRef<Meeting>, colour: Colour) {
        cast(&self.mall, Visitor { colour, creature: myself });
    }
}

impl Actor for Creature {
    type Msg = Meeting;
    type State = CreatureState;
    type Arguments = Colour;

    async fn pre_start(
        &self,
        myself: ActorRef<Meeting>,
        colour: Colour,
    ) -> Result<CreatureState, ActorProcessingErr> {
        self.visit(myself, colour);
        Ok(CreatureState { colour, meetings: 0 })
    }

    async fn handle(&self, myself: ActorRef<Meeting>, message: Meeting, state: &mut CreatureState) -> Done {
        match message {
            Meeting::With(other) => {
                state.colour = state.colour.complement(other.colour);
                cast(&other.creature, Meeting::Change(state.colour));
            }
            Meeting::Change(colour) => state.colour = colour,
            Meeting::End => {
                self.done.send(state.meetings)?;
                myself.stop(None);
                return Ok(());
            }
        }
        state.meetings += 1;
        self.visit(myself, state.colour);
        Ok(())
    }
}

struct Mall;

struct MallState {
    waiting: Option<Visitor>,
    meetings: u64,
}

impl Actor for Mall {
    type Msg = Visitor;
    type State = MallState;
    type Arguments = u64;

    async fn pre_start(&self, _: ActorRef<Visitor>, meetings: u64) -> Result<MallState, ActorProcessingErr> {
        Ok(MallState { waiting: None, meetings })
    }

    async fn handle(&self, _: ActorRef<Visitor>, visitor: Visitor, state: &mut MallState) -> Done {
        if state.meetings == 0 {
            cast(&visitor.creature, Meeting::End);
        } else if let Some(first) = state.waiting.take() {
            state.meetings -= 1;
            cast(&first.creature, Meeting::With(visitor));
        } else {
            state.waiting = Some(visitor);
        }
        Ok(())
    }
}

async fn chameneos(meetings: u64) -> Figure {
    let (done, mut all_done) = mpsc::unbounded_channel();
    let begin = Instant::now();
    let mall = spawn(Mall, meetings).await;
    for number in 0..CREATURES {
        let creature = Creature { mall: mall.clone(), done: done.clone() };
        spawn(creature, Colour::first(number)).await;
    }
    let mut sum = 0;
    for _ in 0..CREATURES {
        sum += all_done.recv().await.unwrap_or(0);
    }
    check_equal("creatures at meetings", sum, 2 * meetings);
    Figure::Each(begin.elapsed(), meetings)
}

// ---- shop, ask and memory -------------------------------------------------------------------

/// Its state is what has been sold so far.
struct Inventory;

struct Buy(u64, RpcReplyPort<u64>);

impl Actor for Inventory {
    type Msg = Buy;
    type State = u64;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Buy>, _: ()) -> Result<u64, ActorProcessingErr> {
        Ok(0)
    }

    async fn handle(&self, _: ActorRef<Buy>, message: Buy, sold: &mut u64) -> Done {
        *sold += message.0;
        answer(message.1, *sold);
        Ok(())
    }
}

struct Buyer {
    inventory: ActorRef<Buy>,
    purchases: u64,
}

impl Actor for Buyer {
    type Msg = Begin;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Begin>, _: ()) -> Done {
        Ok(())
    }

    async fn handle(&self, _: ActorRef<Begin>, message: Begin, _: &mut ()) -> Done {
        let mut done = 0;
        for _ in 0..self.purchases {
            let purchase = call_t!(self.inventory, Buy, PATIENCE.as_millis() as u64, 1);
            done += purchase.map_or(0, |_| 1);
        }
        answer(message.0, done);
        Ok(())
    }
}

async fn shop(purchases: u64) -> Figure {
    let inventory = spawn(Inventory, ()).await;
    let mut buyers = Vec::new();
    for _ in 0..BUYERS {
        buyers.push(spawn(Buyer { inventory: inventory.clone(), purchases }, ()).await);
    }
    let begin = Instant::now();
    check_equal("purchases", call_all(&buyers, Begin).await, BUYERS * purchases);
    let elapsed = begin.elapsed();
    check_equal("sold", call!(inventory, Buy, 0).unwrap_or(0), BUYERS * purchases);
    Figure::Each(elapsed, BUYERS * purchases)
}

/// The asker is the main thread, which is none of the workers.
fn ask(count: u64, workers: usize) -> Figure {
    let runtime = runtime(workers);
    let inventory = runtime.block_on(spawn(Inventory, ()));
    peer::time_asks(count, |_| {
        runtime.block_on(async { call!(inventory, Buy, 1) }).expect("the inventory answers")
    })
}

async fn memory(count: u64) -> Figure {
    let before = peer::resident_bytes();
    let mut stocks = Vec::new();
    let mut sum = 0;
    for _ in 0..count {
        stocks.push(spawn(Inventory, ()).await);
    }
    for stock in &stocks {
        sum += call!(stock, Buy, 1).expect("the inventory answers");
    }
    check_equal("messages", sum, count);
    Figure::Memory(peer::resident_bytes() - before, count)
}
