// SPDX-License-Identifier: MIT
//! The workloads with tokio: an actor is a task that owns the receiving end of an unbounded mpsc channel, as
//! in tokio's tutorial.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use peer::{
    BIG, BURST, BUYERS, CREATURES, Colour, Figure, JOINERS, PATIENCE, PRODUCERS, RING, Random, check_equal,
    share,
};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, yield_now};
use tokio::time::timeout;

fn main() -> ExitCode {
    peer::main(&[
        ("ping-pong", |count, workers| run(workers, ring(2, count))),
        ("counting", |count, workers| run(workers, counting(count))),
        ("ring", |count, workers| run(workers, ring(RING, count))),
        ("create", |count, workers| run(workers, create(count))),
        ("fork-join", |count, workers| run(workers, fork_join(count))),
        ("big", |count, workers| run(workers, big(share(count / 2, BIG)))),
        ("chameneos", |count, workers| run(workers, chameneos(count))),
        ("many-to-one", |count, workers| run(workers, many_to_one(share(count, PRODUCERS)))),
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

/// Waits for all and adds up what they return.
async fn sum(tasks: Vec<JoinHandle<u64>>) -> u64 {
    let mut sum = 0;
    for task in tasks {
        sum += task.await.expect("no task panics");
    }
    sum
}

fn send<T>(channel: &mpsc::UnboundedSender<T>, message: T) {
    channel.send(message).ok().expect("the receiver is there");
}

/// Sending on an unbounded channel never waits, so a flood has to let the others run now and then;
/// a bounded channel would see to that, but costs more in all workloads.
async fn breathe(sent: u64, burst: u64) {
    if sent % burst == burst - 1 {
        yield_now().await;
    }
}

// ---- ping-pong and ring ---------------------------------------------------------------------

/// Passes on how many hops are left, until none is; returns how many it has seen.
async fn node(mut mailbox: mpsc::UnboundedReceiver<u64>, next: mpsc::UnboundedSender<u64>) -> u64 {
    let mut seen = 0;
    while let Some(left) = mailbox.recv().await {
        seen += 1;
        if left == 1 {
            break;
        }
        send(&next, left - 1);
    }
    seen
}

async fn ring(nodes: u64, hops: u64) -> Figure {
    let (first, first_mailbox) = mpsc::unbounded_channel();
    let mut next = first.clone();
    let mut tasks = Vec::new();
    for _ in 1..nodes {
        let (channel, mailbox) = mpsc::unbounded_channel();
        tasks.push(tokio::spawn(node(mailbox, next)));
        next = channel;
    }
    tasks.push(tokio::spawn(node(first_mailbox, next)));
    let begin = Instant::now();
    send(&first, hops);
    // The last node to see the token ends; its neighbours then find their channels closed.
    drop(first);
    check_equal("hops", sum(tasks).await, hops);
    Figure::Each(begin.elapsed(), hops)
}

// ---- counting -------------------------------------------------------------------------------

enum Count {
    Increment(u64),
    Total(oneshot::Sender<u64>),
}

async fn counter(mut mailbox: mpsc::UnboundedReceiver<Count>) {
    let mut total = 0;
    while let Some(message) = mailbox.recv().await {
        match message {
            Count::Increment(by) => total += by,
            Count::Total(reply) => reply.send(total).expect("the producer waits"),
        }
    }
}

async fn counting(count: u64) -> Figure {
    let (channel, mailbox) = mpsc::unbounded_channel();
    tokio::spawn(counter(mailbox));
    let begin = Instant::now();
    for number in 0..count {
        send(&channel, Count::Increment(1));
        breathe(number, BURST).await;
    }
    let (reply, total) = oneshot::channel();
    send(&channel, Count::Total(reply));
    check_equal("the total", total.await.expect("the counter answers"), count);
    Figure::Each(begin.elapsed(), count)
}

// ---- create ---------------------------------------------------------------------------------

/// Tasks that are created before they get their turn. With more of them they overflow the worker's own
/// queue of 256, which doubles the time.
const BROOD: u64 = 32;

/// Handles one message and ends. That all have ended shows by the channel `_alive`, which nobody
/// sends on, being closed: the way of tokio's guide to graceful shutdown.
async fn mayfly(
    mut mailbox: mpsc::UnboundedReceiver<u64>,
    total: Arc<AtomicU64>,
    _alive: mpsc::UnboundedSender<()>,
) {
    if let Some(number) = mailbox.recv().await {
        total.fetch_add(number, Ordering::Relaxed);
    }
}

async fn create(count: u64) -> Figure {
    let total = Arc::new(AtomicU64::new(0));
    let (alive, mut ended) = mpsc::unbounded_channel();
    let begin = Instant::now();
    for number in 0..count {
        let (channel, mailbox) = mpsc::unbounded_channel();
        tokio::spawn(mayfly(mailbox, total.clone(), alive.clone()));
        send(&channel, number);
        breathe(number, BROOD).await;
    }
    drop(alive);
    check_equal("messages after the last end", ended.recv().await.map_or(0, |()| 1), 0);
    let elapsed = begin.elapsed();
    check_equal("the sum of the numbers", total.load(Ordering::Relaxed), count * (count - 1) / 2);
    Figure::Each(elapsed, count)
}

// ---- fork-join ------------------------------------------------------------------------------

/// Adds up what it gets until there can be no more; returns the number of messages.
async fn joiner(mut mailbox: mpsc::UnboundedReceiver<u64>) -> u64 {
    let mut handled = 0;
    while let Some(one) = mailbox.recv().await {
        handled += one;
    }
    handled
}

async fn fork_join(count: u64) -> Figure {
    let mut channels = Vec::new();
    let mut tasks = Vec::new();
    for _ in 0..JOINERS {
        let (channel, mailbox) = mpsc::unbounded_channel();
        channels.push(channel);
        tasks.push(tokio::spawn(joiner(mailbox)));
    }
    let begin = Instant::now();
    for number in 0..count {
        send(&channels[(number % JOINERS) as usize], 1);
        breathe(number, BURST).await;
    }
    drop(channels);
    check_equal("messages", sum(tasks).await, count);
    Figure::Each(begin.elapsed(), count)
}

// ---- big ------------------------------------------------------------------------------------

enum Big {
    Ping(u64),
    Pong,
    End,
}

struct Peer {
    me: u64,
    mailbox: mpsc::UnboundedReceiver<Big>,
    all: Arc<[mpsc::UnboundedSender<Big>]>,
    done: mpsc::UnboundedSender<()>,
    random: Random,
}

impl Peer {
    fn ping(&mut self) {
        let other = self.random.other(self.me, BIG);
        send(&self.all[other as usize], Big::Ping(self.me));
    }

    /// Sends so many pings, each after the pong to the one before; returns how many it answered.
    async fn run(mut self, mut pings: u64) -> u64 {
        let mut answered = 0;
        self.ping();
        while let Some(message) = self.mailbox.recv().await {
            match message {
                Big::Ping(from) => {
                    answered += 1;
                    send(&self.all[from as usize], Big::Pong);
                }
                Big::Pong => {
                    pings -= 1;
                    if pings == 0 {
                        send(&self.done, ());
                    } else {
                        self.ping();
                    }
                }
                Big::End => break,
            }
        }
        answered
    }
}

async fn big(pings: u64) -> Figure {
    let (channels, mailboxes): (Vec<_>, Vec<_>) = (0..BIG).map(|_| mpsc::unbounded_channel()).unzip();
    let all: Arc<[mpsc::UnboundedSender<Big>]> = channels.into();
    let (done, mut all_done) = mpsc::unbounded_channel();
    let begin = Instant::now();
    let mut tasks = Vec::new();
    for (me, mailbox) in (0..).zip(mailboxes) {
        let peer = Peer { me, mailbox, all: all.clone(), done: done.clone(), random: Random::new(me) };
        tasks.push(tokio::spawn(peer.run(pings)));
    }
    for _ in 0..BIG {
        all_done.recv().await;
    }
    for channel in all.iter() {
        send(channel, Big::End);
    }
    check_equal("answered pings", sum(tasks).await, BIG * pings);
    Figure::Each(begin.elapsed(), 2 * BIG * pings)
}

// ---- chameneos ------------------------------------------------------------------------------

/// What the mall gets: a creature that wants to meet another.
struct Visitor {
    colour: Colour,
    creature: mpsc::UnboundedSender<Creature>,
}

enum Creature {
    Meet(Visitor),
    Change(Colour),
    End,
}

/// Returns how many meetings it was at.
async fn creature(
    mut colour: Colour,
    myself: mpsc::UnboundedSender<Creature>,
    mut mailbox: mpsc::UnboundedReceiver<Creature>,
    mall: mpsc::UnboundedSender<Visitor>,
) -> u64 {
    let mut meetings = 0;
    send(&mall, Visitor { colour, creature: myself.clone() });
    while let Some(message) = mailbox.recv().await {
        match message {
            Creature::Meet(other) => {
                colour = colour.complement(other.colour);
                send(&other.creature, Creature::Change(colour));
            }
            Creature::Change(to) => colour = to,
            Creature::End => break,
        }
        meetings += 1;
        send(&mall, Visitor { colour, creature: myself.clone() });
    }
    meetings
}

async fn mall(mut mailbox: mpsc::UnboundedReceiver<Visitor>, mut meetings: u64) {
    let mut waiting: Option<Visitor> = None;
    while let Some(visitor) = mailbox.recv().await {
        if meetings == 0 {
            send(&visitor.creature, Creature::End);
        } else if let Some(first) = waiting.take() {
            meetings -= 1;
            send(&first.creature, Creature::Meet(visitor));
        } else {
            waiting = Some(visitor);
        }
    }
}

async fn chameneos(meetings: u64) -> Figure {
    let (to_mall, mailbox) = mpsc::unbounded_channel();
    let begin = Instant::now();
    tokio::spawn(mall(mailbox, meetings));
    let mut tasks = Vec::new();
    for number in 0..CREATURES {
        let (channel, mailbox) = mpsc::unbounded_channel();
        tasks.push(tokio::spawn(creature(Colour::first(number), channel, mailbox, to_mall.clone())));
    }
    drop(to_mall);
    check_equal("creatures at meetings", sum(tasks).await, 2 * meetings);
    Figure::Each(begin.elapsed(), meetings)
}

// ---- many-to-one ----------------------------------------------------------------------------

async fn many_to_one(each: u64) -> Figure {
    let (channel, mailbox) = mpsc::unbounded_channel();
    let begin = Instant::now();
    let consumer = tokio::spawn(joiner(mailbox));
    for _ in 0..PRODUCERS {
        let channel = channel.clone();
        tokio::spawn(async move {
            for number in 0..each {
                send(&channel, 1);
                breathe(number, BURST).await;
            }
        });
    }
    drop(channel);
    check_equal("messages", sum(vec![consumer]).await, PRODUCERS * each);
    Figure::Each(begin.elapsed(), PRODUCERS * each)
}

// ---- shop and ask ---------------------------------------------------------------------------

struct Buy {
    count: u64,
    reply: oneshot::Sender<u64>,
}

/// Answers with what has been sold so far.
async fn inventory(mut mailbox: mpsc::UnboundedReceiver<Buy>) -> u64 {
    let mut sold = 0;
    while let Some(Buy { count, reply }) = mailbox.recv().await {
        sold += count;
        // A buyer that has lost its patience is no error of the inventory.
        let _ = reply.send(sold);
    }
    sold
}

async fn buyer(inventory: mpsc::UnboundedSender<Buy>, purchases: u64) -> u64 {
    let mut done = 0;
    for _ in 0..purchases {
        let (reply, answer) = oneshot::channel();
        send(&inventory, Buy { count: 1, reply });
        if let Ok(Ok(_)) = timeout(PATIENCE, answer).await {
            done += 1;
        }
    }
    done
}

async fn shop(purchases: u64) -> Figure {
    let (channel, mailbox) = mpsc::unbounded_channel();
    let begin = Instant::now();
    let stock = tokio::spawn(inventory(mailbox));
    let buyers = (0..BUYERS).map(|_| tokio::spawn(buyer(channel.clone(), purchases))).collect();
    drop(channel);
    check_equal("purchases", sum(buyers).await, BUYERS * purchases);
    check_equal("sold", sum(vec![stock]).await, BUYERS * purchases);
    Figure::Each(begin.elapsed(), BUYERS * purchases)
}

/// The asker is the main thread, which is none of the workers.
fn ask(count: u64, workers: usize) -> Figure {
    let runtime = runtime(workers);
    let (channel, mailbox) = mpsc::unbounded_channel();
    runtime.spawn(inventory(mailbox));
    let mut sold = 0;
    peer::time_asks(count, |number| {
        check_equal("sold", sold, number);
        let (reply, answer) = oneshot::channel();
        send(&channel, Buy { count: 1, reply });
        sold = answer.blocking_recv().expect("the inventory answers");
        sold
    })
}

// ---- memory ---------------------------------------------------------------------------------

async fn memory(count: u64) -> Figure {
    let (handled, mut all_handled) = mpsc::unbounded_channel();
    let before = peer::resident_bytes();
    let mut channels = Vec::new();
    for _ in 0..count {
        let (channel, mut mailbox) = mpsc::unbounded_channel();
        let handled = handled.clone();
        tokio::spawn(async move {
            while let Some(number) = mailbox.recv().await {
                send(&handled, number);
            }
        });
        channels.push(channel);
    }
    let mut sum = 0;
    for (number, channel) in (0..).zip(&channels) {
        send(channel, number);
        sum += all_handled.recv().await.unwrap_or(0);
    }
    check_equal("the sum of the numbers", sum, count * (count - 1) / 2);
    Figure::Memory(peer::resident_bytes() - before, count)
}
