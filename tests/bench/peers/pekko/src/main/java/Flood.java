// SPDX-License-Identifier: MIT

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** The workloads counting, fork-join and many-to-one: producers flood counters. */
final class Flood {
    private Flood() {}

    interface Message {}

    record Increment(long by) implements Message {}

    record Report(ActorRef<Long> to) implements Message {}

    static final class Counter extends AbstractBehavior<Message> {
        private long total;

        Counter(ActorContext<Message> context) {
            super(context);
        }

        @Override
        public Receive<Message> createReceive() {
            return newReceiveBuilder()
                    .onMessage(Increment.class, this::onIncrement)
                    .onMessage(Report.class, this::onReport)
                    .build();
        }

        private Behavior<Message> onIncrement(Increment increment) {
            total += increment.by();
            return this;
        }

        private Behavior<Message> onReport(Report report) {
            report.to().tell(total);
            return this;
        }
    }

    /** Sends another burst: telling never waits, so a flood has to let the others run now and then. */
    record Burst(ActorRef<Long> done) {}

    /** Floods counters, in turn. */
    static final class Producer extends AbstractBehavior<Burst> {
        private final List<ActorRef<Message>> counters;
        private final long count;
        private long sent;

        Producer(ActorContext<Burst> context, List<ActorRef<Message>> counters, long count) {
            super(context);
            this.counters = counters;
            this.count = count;
        }

        @Override
        public Receive<Burst> createReceive() {
            return newReceiveBuilder().onMessage(Burst.class, this::onBurst).build();
        }

        private Behavior<Burst> onBurst(Burst burst) {
            long until = Math.min(count, sent + Peer.BURST);
            for (; sent < until; sent++) {
                counters.get((int) (sent % counters.size())).tell(new Increment(1));
            }
            if (sent < count) {
                getContext().getSelf().tell(burst);
            } else {
                burst.done().tell(sent);
            }
            return this;
        }
    }

    static Behavior<Long> guardian(
            int producerCount, int counterCount, long count, CompletableFuture<String> figure) {
        long all = producerCount * count;
        return Behaviors.setup(
                context -> {
                    ActorRef<Long> self = context.getSelf();
                    List<ActorRef<Message>> counters =
                            Peer.spawnAll(context, counterCount, number -> Behaviors.setup(Counter::new));
                    List<ActorRef<Burst>> producers =
                            Peer.spawnAll(
                                    context,
                                    producerCount,
                                    number -> Behaviors.setup(own -> new Producer(own, counters, count)));
                    long begin = System.nanoTime();
                    Peer.tellAll(producers, new Burst(self));
                    return Peer.collect(
                            producerCount,
                            sent -> {
                                Peer.checkEqual("sent", sent, all);
                                Peer.tellAll(counters, new Report(self));
                                return Peer.collect(
                                        counterCount,
                                        handled -> {
                                            long elapsed = System.nanoTime() - begin;
                                            Peer.checkEqual("handled", handled, all);
                                            figure.complete(Peer.each(elapsed, all));
                                            return Behaviors.empty();
                                        });
                            });
                });
    }
}
