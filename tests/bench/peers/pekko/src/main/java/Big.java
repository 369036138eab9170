// SPDX-License-Identifier: MIT

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** The workload big: each sends a ping to a pseudo-random other, waits for its pong, and so on. */
final class Big extends AbstractBehavior<Big.Message> {
    interface Message {}

    record Everyone(List<ActorRef<Message>> all) implements Message {}

    enum Begin implements Message {
        INSTANCE
    }

    record Ping(ActorRef<Message> from) implements Message {}

    record Pong(long answered) implements Message {}

    record Report(ActorRef<Long> to) implements Message {}

    private final int me;
    private final ActorRef<Long> done;
    private List<ActorRef<Message>> all;
    private long pings;
    private long answered;
    private long random;

    private Big(ActorContext<Message> context, int me, long pings, ActorRef<Long> done) {
        super(context);
        this.me = me;
        this.pings = pings;
        this.done = done;
        this.random = me * 0x9e3779b97f4a7c15L | 1;
    }

    static Behavior<Long> guardian(long pings, CompletableFuture<String> figure) {
        return Behaviors.setup(
                context -> {
                    ActorRef<Long> self = context.getSelf();
                    List<ActorRef<Message>> all =
                            Peer.spawnAll(
                                    context,
                                    Peer.PEERS,
                                    me -> Behaviors.setup(own -> new Big(own, me, pings, self)));
                    Peer.tellAll(all, new Everyone(all));
                    // Once all have answered, all know everyone.
                    return Peer.collect(Peer.PEERS, zero -> begin(self, all, pings, figure));
                });
    }

    private static Behavior<Long> begin(
            ActorRef<Long> self,
            List<ActorRef<Message>> all,
            long pings,
            CompletableFuture<String> figure) {
        long begin = System.nanoTime();
        Peer.tellAll(all, Begin.INSTANCE);
        return Peer.collect(
                Peer.PEERS,
                zero -> {
                    long elapsed = System.nanoTime() - begin;
                    Peer.tellAll(all, new Report(self));
                    return Peer.collect(
                            Peer.PEERS,
                            answered -> {
                                Peer.checkEqual("answered pings", answered, Peer.PEERS * pings);
                                figure.complete(Peer.each(elapsed, 2 * Peer.PEERS * pings));
                                return Behaviors.empty();
                            });
                });
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Ping.class, this::onPing)
                .onMessage(Pong.class, this::onPong)
                .onMessage(Everyone.class, this::onEveryone)
                .onMessageEquals(Begin.INSTANCE, this::ping)
                .onMessage(Report.class, this::onReport)
                .build();
    }

    /** To one of the others (xorshift64, the same in every run). */
    private Behavior<Message> ping() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        int other = (me + 1 + (int) Long.remainderUnsigned(random, Peer.PEERS - 1)) % Peer.PEERS;
        all.get(other).tell(new Ping(getContext().getSelf()));
        return this;
    }

    private Behavior<Message> onPing(Ping ping) {
        answered++;
        ping.from().tell(new Pong(answered));
        return this;
    }

    private Behavior<Message> onPong(Pong pong) {
        pings--;
        if (pings > 0) {
            return ping();
        }
        done.tell(0L);
        return this;
    }

    private Behavior<Message> onEveryone(Everyone everyone) {
        all = everyone.all();
        done.tell(0L);
        return this;
    }

    private Behavior<Message> onReport(Report report) {
        report.to().tell(answered);
        return this;
    }
}
