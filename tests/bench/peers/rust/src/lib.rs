// SPDX-License-Identifier: MIT
//! What the peers written in Rust share: the command line, the sizes of the workloads, the checks
//! and the one line that is printed. Everything that is measured is in the peers themselves.

use std::process::{ExitCode, exit};
use std::time::{Duration, Instant};

/// Actors in the ring.
pub const RING: u64 = 100;
/// Actors that the messages of fork-join are dealt to.
pub const JOINERS: u64 = 60;
/// Actors of big.
pub const BIG: u64 = 120;
/// Creatures of chameneos.
pub const CREATURES: u64 = 100;
/// Producers of many-to-one.
pub const PRODUCERS: u64 = 100;
/// Buyers of the shop.
pub const BUYERS: u64 = 1000;
/// How long a buyer waits for an answer; long enough that a slow machine never reaches it.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Messages from one sender after which a flood lets others run, where the peer's mailbox does not
/// do that itself: the same number for every program that is compared.
pub const BURST: u64 = 1024;

/// What a workload found out.
pub enum Figure {
    /// So long for so many units.
    Each(Duration, u64),
    /// So many resident bytes for so many actors.
    Memory(u64, u64),
    /// How long every single ask took.
    Asks(Vec<Duration>),
}

/// Does COUNT units on WORKERS threads.
pub type Workload = fn(u64, usize) -> Figure;

/// Runs `PROGRAM WORKLOAD COUNT WORKERS` and prints `WORKLOAD VALUE UNIT [P99]`; exit status 77 for
/// a workload that the peer has not.
pub fn main(workloads: &[(&str, Workload)]) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, count, workers] = &arguments[..] else {
        eprintln!("usage: WORKLOAD COUNT WORKERS");
        return ExitCode::from(2);
    };
    let (Ok(count @ 1..), Ok(workers @ 1..)) = (count.parse(), workers.parse()) else {
        eprintln!("COUNT and WORKERS are numbers from 1");
        return ExitCode::from(2);
    };
    let Some((_, workload)) = workloads.iter().find(|(known, _)| known == name) else {
        eprintln!("{name}: there is no such workload here");
        return ExitCode::from(77);
    };
    report(name, workload(count, workers));
    // Not a return: what a million actors still hold need not be given back one by one.
    exit(0)
}

fn report(name: &str, figure: Figure) {
    match figure {
        Figure::Each(elapsed, units) => {
            println!("{name} {:.2} ns", elapsed.as_nanos() as f64 / units as f64);
        }
        Figure::Memory(bytes, actors) => println!("{name} {} bytes", bytes / actors),
        Figure::Asks(mut asks) => {
            asks.sort_unstable();
            let percentile = |p: usize| asks[(asks.len() - 1) * p / 100].as_nanos() as f64 / 1e3;
            println!("{name} {:.2} us {:.2}", percentile(50), percentile(99));
        }
    }
}

/// Ends the program with status 1 unless both are equal. It does not panic, because a panic in an
/// actor is contained there and the program would wait for ever.
pub fn check_equal(what: &str, found: u64, expected: u64) {
    if found != expected {
        eprintln!("{what}: {found} instead of {expected}");
        exit(1);
    }
}

/// Calls `ask` COUNT times with 0, 1, … and times each; its answer must be one more.
pub fn time_asks(count: u64, mut ask: impl FnMut(u64) -> u64) -> Figure {
    let mut asks = Vec::with_capacity(count as usize);
    for number in 0..count {
        let begin = Instant::now();
        let answer = ask(number);
        asks.push(begin.elapsed());
        check_equal("the answer", answer, number + 1);
    }
    Figure::Asks(asks)
}

/// The share of one of so many actors; at least one.
pub fn share(count: u64, actors: u64) -> u64 {
    (count / actors).max(1)
}

/// The memory of this process that is resident.
pub fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("/proc is mounted");
    let pages: u64 =
        statm.split(' ').nth(1).and_then(|field| field.parse().ok()).expect("statm has its second field");
    pages * 4096
}

/// Pseudo-random numbers (xorshift64), the same in every run.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// One of `0..n`, but not `me`.
    pub fn other(&mut self, me: u64, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (me + 1 + self.0 % (n - 1)) % n
    }
}

/// The colours of the creatures.
#[derive(Clone, Copy, PartialEq)]
pub enum Colour {
    Blue,
    Red,
    Yellow,
}

impl Colour {
    /// The colour of creature number `n` at the beginning.
    pub fn first(n: u64) -> Self {
        [Colour::Blue, Colour::Red, Colour::Yellow][(n % 3) as usize]
    }

    /// What a creature becomes that meets another: it stays as it is if they are alike, and is the
    /// third colour if they are not.
    pub fn complement(self, other: Self) -> Self {
        use Colour::{Blue, Red, Yellow};
        match (self, other) {
            (Blue, Red) | (Red, Blue) | (Yellow, Yellow) => Yellow,
            (Blue, Yellow) | (Yellow, Blue) | (Red, Red) => Red,
            (Red, Yellow) | (Yellow, Red) | (Blue, Blue) => Blue,
        }
    }
}
